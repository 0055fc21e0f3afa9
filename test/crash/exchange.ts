import { parseDirective } from '../fakes/scripted-model/directive.ts';
import { scriptFor } from '../fakes/scripted-model/script.ts';
import type { Random } from './random.ts';

/**
 * What people say in the crash test. A message carries all that is needed to know its answer: who is asked, and a directive for the
 * scripted model. So the room's timeline alone shows whether all is well.
 */
const names = ['Ada', 'Bruno', 'Clara'] as const;

/** The next thing that somebody says; `key` makes it unlike all others. */
export function nextMessage(random: Random, room: { readonly dialogue: boolean }, key: string): string {
  const directive = random.pick([
    `[[say: ${key} said]]`,
    `[[say: ${key} said]]`,
    `[[slow: ${random.between(5, 40)} words, ${random.between(5, 40)}ms]]`,
    `[[slow: ${random.between(60, 100)} words, ${random.between(15, 30)}ms]]`,
    '[[long: 70000 chars]]',
  ]);
  if (room.dialogue) return `${key} ${directive}`;
  const first = random.pick(names);
  const second = random.pick(names);
  const both = random.next() < 0.25 && first !== second;
  return `@${first}${both ? `, @${second}` : ''}: ${key} ${directive}`;
}

/** Who must answer, in order, by name; the partner where it is a dialogue. */
export function expectedSpeakers(body: string, partner: string | undefined): string[] {
  if (partner !== undefined) return [partner];
  const addressed = body.slice(0, body.indexOf(':'));
  return [...addressed.matchAll(/@(\w+)/g)].flatMap(match => match[1] ?? []);
}

/** The text of the answer, where it is the first one (the second speaker may also answer the first one's text). */
export function expectedText(body: string): string {
  const asked = { request: {}, text: body, delayMs: 0 };
  const script = scriptFor(parseDirective(body), asked, { failedOnce: new Set(), healed: new Set() });
  return script.pieces.join('').trim();
}
