import { call } from '../../fakes/scripted-model/script.ts';
import type { ScriptedModel } from '../../fakes/scripted-model/server.ts';
import type { Book, Play } from '../book.ts';
import type { Random } from '../random.ts';
import type { Speaker } from '../send.ts';

/** A moderated room, in which nobody speaks before somebody has decided that they do. */
export interface Chamber {
  readonly id: string;
  readonly asker: Speaker;
}

const patienceMs = 120_000;
/** Nobody may give more than thirty commands a minute. */
const pauseOfTwoMs = 4_500;

/** A person decides: whoever was asked gets the floor from them. */
export const personModerates = (
  book: Book,
  { id, asker, moderator }: Chamber & { readonly moderator: Speaker },
  random: Random,
): Play => ({
  rest: [pauseOfTwoMs, 9_000],
  async act() {
    const name = random.pick(['Ada', 'Bruno']);
    const asked = await book.say(asker, id, key => `@${name}: ${key} [[say: ${key} said]]`);
    await book.say(moderator, id, () => `!floor give @${name}`);
    await untilAnswered(book, id, { asked: asked.id, names: [name] });
  },
});

/** An agent decides, by its tool, about two who were asked. */
export const agentModerates = (book: Book, { id, asker }: Chamber): Play => ({
  rest: [2_000, 8_000],
  async act() {
    const asked = await book.say(asker, id, key => `@Ada, @Bruno: ${key} [[say: ${key} said]]`);
    await untilAnswered(book, id, { asked: asked.id, names: ['Ada', 'Bruno'] });
  },
});

/** The agent that moderates grants the floor to whoever stands first in its list, without a word. */
export function letItGrant({ rule }: Pick<ScriptedModel, 'rule'>): void {
  rule(({ body, text }) => {
    if (!body.tools?.some(tool => tool.function.name === 'grant_floor')) return undefined;
    const [who = 'agent:ada'] = /agent:(?:ada|bruno)/.exec(text) ?? [];
    return call([{ name: 'grant_floor', args: JSON.stringify({ who }) }]);
  });
}

async function untilAnswered(
  book: Book,
  room: string,
  { asked, names }: { readonly asked: string; readonly names: readonly string[] },
): Promise<void> {
  const since = new Date().toISOString();
  const all = () => names.every(name => book.isAnswered(room, asked, name)) || undefined;
  if ((await book.within(patienceMs, all)) !== null) return;
  book.faults.push({
    kind: 'floor stuck',
    room,
    what: `${asked} of ${since} was not answered by all of ${names.join(', ')}`,
  });
}
