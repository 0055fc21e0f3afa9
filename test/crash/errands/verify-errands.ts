import type { RoomMessage } from '../../e2e/driver/room-view.ts';
import { keyOf, ledger } from './errand.ts';

export const errandFaults = ['missing', 'doubled', 'not complete', 'wrong effect', 'left over', 'broke down'] as const;

/** What people are told of where nobody knows whether it was done. */
const unsure = 'Nobody knows whether this was done';

export interface ErrandFault {
  readonly kind: (typeof errandFaults)[number];
  readonly key: string;
  readonly what: string;
}

export interface EffectsSeen {
  /** All messages of the room, as a client shows them. */
  readonly messages: readonly RoomMessage[];
  /** The text of a file that was handed over. */
  readonly textOf: (file: RoomMessage) => Promise<string>;
  /** The subjects of all mails that arrived. */
  readonly mails: readonly string[];
}

/** Everything that is wrong with an errand: it has one card, one end and one file, and what it was to bring about happened once. */
export async function verifyErrand(key: string, { messages, textOf, mails }: EffectsSeen): Promise<ErrandFault[]> {
  const fault = (kind: ErrandFault['kind'], what: string): ErrandFault => ({ kind, key, what });
  const [card, ...more] = messages.filter(({ body }) => body.startsWith('**Task #') && keyOf(body) === key);
  if (card === undefined) return [fault('missing', 'there is no card')];
  const inThread = messages.filter(({ thread }) => thread === card.id);
  const ends = inThread.filter(({ body }) => /task #\d+ (?:is done|failed|is cancelled)/.test(body));
  const files = inThread.filter(({ msgtype }) => msgtype === 'm.file');
  const plans = inThread.filter(({ body }) => body.startsWith('**Plan**'));
  const arrived = mails.filter(subject => subject === key).length;
  const isUnsure = inThread.some(({ body }) => body.includes(unsure));
  const texts = await Promise.all(files.map(textOf));
  const once = (what: string, count: number): ErrandFault[] =>
    count === 1 ? [] : [fault(count === 0 ? 'missing' : 'doubled', `${count} ${what}`)];
  return [
    ...more.map(({ id }) => fault('doubled', `one more card: ${id}`)),
    ...(card.body.includes('✅ complete') ? [] : [fault('not complete', card.body)]),
    ...once('plans', plans.length),
    ...once('ends', ends.length),
    ...once(`files named ${ledger}`, files.length),
    // Where a crash cut the mailing off, people are told so, and it is not done again.
    ...(arrived === 0 && isUnsure ? [] : once('mails', arrived)),
    ...texts.filter(text => text !== `${key}\n`).map(text => fault('wrong effect', JSON.stringify(text))),
  ];
}
