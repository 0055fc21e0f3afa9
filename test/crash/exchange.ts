import { parseDirective } from '../fakes/scripted-model/directive.ts';
import { scriptFor } from '../fakes/scripted-model/script.ts';
import type { Random } from './random.ts';

/**
 * What people say in the crash test. A message carries all that is needed to know its answer: who is asked, and a directive for the
 * scripted model, or a command. So the room's timeline alone shows whether all is well.
 */
const names = ['Ada', 'Bruno', 'Clara'] as const;

interface Wanted {
  readonly dialogue: boolean;
  /** Only what takes so long that people see it grow. */
  readonly slow?: boolean;
  /** Only what grows for twenty-four seconds. */
  readonly growing?: boolean;
  /** Nothing that takes several messages. */
  readonly brief?: boolean;
}

/** The next thing that somebody says; `key` makes it unlike all others. */
export function nextMessage(random: Random, room: Wanted, key: string): string {
  const slow = `[[slow: ${random.between(60, 100)} words, ${random.between(15, 30)}ms]]`;
  const quick = [
    `[[say: ${key} said]]`,
    `[[say: ${key} said]]`,
    `[[slow: ${random.between(5, 40)} words, ${random.between(5, 40)}ms]]`,
    ...(room.brief ? [] : ['[[long: 70000 chars]]']),
  ];
  const directive = room.growing ? '[[slow: 300 words, 80ms]]' : random.pick(room.slow ? [slow] : [...quick, slow]);
  if (room.dialogue) return `${key} ${directive}`;
  const first = random.pick(names);
  const second = random.pick(names);
  if (first === second) return `@${first}: ${key} ${directive}`;
  const kind = random.next();
  if (kind < 0.12) return `@${first}: ${key} [[hand-over: ${second}, ${unlikeAll(key)}]]`;
  return `@${first}${kind < 0.35 ? `, @${second}` : ''}: ${key} ${directive}`;
}

/** Words that are like nothing that was said before: who repeats what was just said is taken to go round in circles. */
const unlikeAll = (key: string): string => Array.from({ length: 8 }, (_, at) => `${key}${'abcdefgh'[at]}`).join(' ');

export const isCommand = (body: string): boolean => body.startsWith('!');

/** Who must answer, in order, by name; the partner where it is a dialogue. */
export function expectedSpeakers(body: string, partner: string | undefined): string[] {
  if (isCommand(body)) return ['parley'];
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

/** What stands in the answer to a command that was carried out. */
const carriedOut: Readonly<Record<string, string>> = {
  '!agent create': 'is being introduced',
  '!agent retire': 'says goodbye',
  '!floor hold': 'The floor is on hold',
  '!floor resume': 'The floor goes on',
  '!floor slot': 'From the next slot on',
  '!floor strategy': 'moderated',
};

/** Whether a first answer is what the message asks for. */
export function isExpected(body: string, answer: string): boolean {
  if (!isCommand(body)) return answer === expectedText(body);
  const done = Object.entries(carriedOut).find(([command]) => body.startsWith(command))?.[1];
  return done === undefined || answer.includes(done);
}

/** Whom the first who is asked hands over to in the answer, by name: its last line calls them. */
export const calledInAnswer = (body: string): string | undefined =>
  isCommand(body) ? undefined : /\n@(\w+): [^\n]*$/.exec(expectedText(body))?.[1];
