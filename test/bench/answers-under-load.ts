import type { Asker } from './asker.ts';
import type { Benchmark, Row } from './result.ts';
import { times } from './result.ts';
import { agent, bareUser, openScene } from './scene.ts';
import { median } from './stats.ts';

const people = 8;
const goal = 0.95;

interface Chat {
  readonly asker: Asker;
  readonly room: string;
  readonly who: string;
}

/** How the people ask: each waits for the answer before the next question, or all questions at once. */
type Manner = (chat: Chat, questions: number) => Promise<unknown>;

const oneByOne: Manner = async ({ asker, room, who }, questions) => {
  for (let i = 0; i < questions; i += 1) await asker.ask(room, who);
};

const atOnce: Manner = ({ asker, room, who }, questions) =>
  Promise.all(Array.from({ length: questions }, () => asker.ask(room, who)));

/** Answers a second when several people ask in several rooms. */
export const answersUnderLoad: Benchmark = {
  key: 'b',
  title: `answers a second: ${people} people, each in a direct chat, against the bare service`,
  async run({ rounds, messages, say }) {
    await using scene = await openScene({ config: { conversation: { mergeWithinSeconds: 0 } } });
    const askers = await Promise.all(Array.from({ length: people }, () => scene.newAsker()));
    const sides: Chat[][] = [];
    for (const who of [agent('ada'), bareUser]) {
      sides.push(
        await Promise.all(askers.map(async asker => ({ asker, who, room: await asker.roomWith([who], 'direct') }))),
      );
    }
    const questions = Math.max(3, Math.round(messages / 4));
    const rows: Row[] = [];
    for (const [name, manner] of Object.entries({ 'one by one': oneByOne, 'a burst': atOnce })) {
      for (const chats of sides) await rate(chats, manner, 3);
      const rates: number[][] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        for (const [side, chats] of sides.entries()) rates[side]?.push(await rate(chats, manner, questions));
        say(`  ${name}, round ${round + 1}: ${rates.map(all => all.at(-1)?.toFixed(1)).join(' against ')} a second`);
      }
      rows.push(rowOf(`${people} × ${questions} questions, ${name}: answers a second, median round`, rates));
    }
    return rows;
  },
};

async function rate(chats: readonly Chat[], manner: Manner, questions: number): Promise<number> {
  const begun = performance.now();
  await Promise.all(chats.map(chat => manner(chat, questions)));
  return (1000 * chats.length * questions) / (performance.now() - begun);
}

function rowOf(what: string, [ours = [], theirs = []]: readonly (readonly number[])[]): Row {
  const [a, b] = [median(ours), median(theirs)];
  const [parley, against] = [a.toFixed(1), `${b.toFixed(1)} (bare)`];
  return { key: 'b', what, parley, against, ratio: times(a / b), goal: `≥ ${goal}`, met: a / b >= goal };
}
