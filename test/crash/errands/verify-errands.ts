import type { RoomMessage } from '../../e2e/driver/room-view.ts';
import { byHandWords, keyOf, ledger } from './wish.ts';

export const errandFaults = ['missing', 'doubled', 'not complete', 'wrong effect'] as const;

/** What people are told of where nobody knows whether it was done. */
const unsure = 'Nobody knows whether this was done';

export interface ErrandFault {
  readonly kind: (typeof errandFaults)[number];
  readonly key: string;
  readonly what: string;
}

/** What came of all errands outside of Parley. */
export interface Arrived {
  /** The subjects of mails, and the titles of issues. */
  readonly mails: readonly string[];
  readonly issues: readonly string[];
  /** The branches of pull requests. */
  readonly pulls: readonly string[];
  readonly branches: readonly Branch[];
}

interface Branch {
  readonly name: string;
  /** The first lines of its commits, and how often it was changed. */
  readonly commits: readonly string[];
  readonly pushes: number;
}

export interface EffectsSeen {
  /** All messages of the room, as a client shows them. */
  readonly messages: readonly RoomMessage[];
  /** The text of a file that was handed over. */
  readonly textOf: (file: RoomMessage) => Promise<string>;
  readonly arrived: Arrived;
}

/** Everything that is wrong with an errand: it has one card, one end and one file, and what it was to bring about happened once. */
export async function verifyErrand(key: string, { messages, textOf, arrived }: EffectsSeen): Promise<ErrandFault[]> {
  const { fault, once } = faultsOf(key);
  const [card, ...more] = messages.filter(({ body }) => body.startsWith('**Task #') && keyOf(body) === key);
  if (card === undefined) return [fault('missing', 'there is no card')];
  const inThread = messages.filter(({ thread }) => thread === card.id);
  const ends = inThread.filter(({ body }) => /task #\d+ (?:is done|failed|is cancelled)/.test(body));
  const files = inThread.filter(({ msgtype }) => msgtype === 'm.file');
  const plans = inThread.filter(({ body }) => body.startsWith('**Plan**'));
  const told = inThread.filter(({ body }) => body.includes(unsure)).length;
  const texts = await Promise.all(files.map(textOf));
  return [
    ...more.map(({ id }) => fault('doubled', `one more card: ${id}`)),
    ...(card.body.includes('✅ complete') ? [] : [fault('not complete', card.body)]),
    ...once('plans', plans.length),
    ...once('ends', ends.length),
    ...once(`files named ${ledger}`, files.length),
    ...texts.filter(text => text !== `${key}\n`).map(text => fault('wrong effect', JSON.stringify(text))),
    ...outside(key, arrived, { told, byHand: ends.some(({ body }) => body.includes(byHandWords)) }),
  ];
}

/** What is wrong with what came of it outside. Without a workspace there is no branch. */
function outside(
  key: string,
  { mails, issues, pulls, branches }: Arrived,
  { told, byHand }: { readonly told: number; readonly byHand: boolean },
): ErrandFault[] {
  const { fault, once } = faultsOf(key);
  const of = (all: readonly string[]): number => all.filter(one => one === key).length;
  const branch = branches.find(({ name }) => name === key);
  return [
    // Where a crash cut the mailing off, people are told so, and it is not done again.
    ...(of(mails) === 0 && told > 0 ? [] : once('mails', of(mails))),
    ...(told > 1 ? [fault('doubled', `people were told ${told} times that nobody knows`)] : []),
    ...once('issues', of(issues)),
    ...(byHand && branch === undefined ? [] : [...once('pull requests', of(pulls)), ...branchFaults(key, branch)]),
  ];
}

function branchFaults(key: string, branch: Branch | undefined): ErrandFault[] {
  const { fault, once } = faultsOf(key);
  if (branch === undefined) return [fault('missing', 'no branch was pushed')];
  const isRight = branch.commits.length === 1 && branch.commits[0] === key;
  return [
    ...once('pushes', branch.pushes),
    ...(isRight ? [] : [fault('wrong effect', `the branch has ${JSON.stringify(branch.commits)}`)]),
  ];
}

function faultsOf(key: string) {
  const fault = (kind: ErrandFault['kind'], what: string): ErrandFault => ({ kind, key, what });
  const once = (what: string, count: number): ErrandFault[] =>
    count === 1 ? [] : [fault(count === 0 ? 'missing' : 'doubled', `${count} ${what}`)];
  return { fault, once };
}
