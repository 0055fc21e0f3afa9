import { expect, it } from 'vitest';
import { type RoomMessage, RoomView } from '../../e2e/driver/room-view.ts';
import { type Arrived, verifyErrand } from './verify-errands.ts';
import { byHandWords } from './wish.ts';

const key = 'k7';
const done = '**Task #3:** Note k7 in the ledger\n✅ complete';

const branch = { name: key, commits: [key], pushes: 1 };
const whole: Arrived = { mails: [key], issues: [key, 'k70'], pulls: [key], branches: [branch] };

/** The thread of a task as it should be, with more or less in it. */
function faultsOf({
  cards = [done],
  plans = 1,
  ends = 1,
  files = ['k7\n'],
  told = 0,
  by = '',
  ...arrived
}: Partial<Arrived> & {
  readonly cards?: readonly string[];
  readonly plans?: number;
  readonly ends?: number;
  readonly files?: readonly string[];
  readonly told?: number;
  readonly by?: string;
}): Promise<string[]> {
  const view = new RoomView();
  let count = 0;
  const says = (body: string, thread?: string, msgtype = 'm.text'): void => {
    count += 1;
    const relation = thread === undefined ? {} : { 'm.relates_to': { rel_type: 'm.thread', event_id: thread } };
    const base = { type: 'm.room.message', sender: '@parley', origin_server_ts: count, seenAt: count };
    view.add({ ...base, event_id: `$${count}`, content: { msgtype, body, ...relation } });
  };
  for (const card of cards) says(card);
  for (let nth = 0; nth < plans; nth++) says('**Plan**', '$1');
  for (let nth = 0; nth < ends; nth++) says(`@Otto task #3 is done. ${by}`, '$1');
  for (let nth = 0; nth < told; nth++) says('⚠️ Nobody knows whether this was done: **sends mail**.', '$1');
  for (const text of files) says(text, '$1', 'm.file');
  const all = {
    messages: view.messages(),
    arrived: { ...whole, ...arrived },
    textOf: async ({ body }: RoomMessage) => body,
  };
  return verifyErrand(key, all).then(faults => faults.map(({ kind }) => kind));
}

it('is content with one card, one plan, one end and one file that says it once', async () => {
  expect(await faultsOf({})).toEqual([]);
});

it('sees what was done twice', async () => {
  expect(await faultsOf({ files: ['k7\nk7\n'] })).toEqual(['wrong effect']);
});

it('sees what is missing, and what did not end well', async () => {
  expect(await faultsOf({ cards: [] })).toEqual(['missing']);
  expect(await faultsOf({ files: [], ends: 0 })).toEqual(['missing', 'missing']);
  expect(await faultsOf({ cards: [done.replace('✅ complete', '❌ failed')] })).toEqual(['not complete']);
});

it('sees what was said twice', async () => {
  expect(await faultsOf({ cards: [done, done], plans: 2, ends: 2, files: ['k7\n', 'k7\n'] })).toEqual(
    Array(4).fill('doubled'),
  );
});

it('sees a mail that came twice, or never without a word of it', async () => {
  expect(await faultsOf({ mails: [key, 'k70', key] })).toEqual(['doubled']);
  expect(await faultsOf({ mails: [] })).toEqual(['missing']);
  expect(await faultsOf({ mails: [], told: 1 })).toEqual([]);
  expect(await faultsOf({ told: 2 })).toEqual(['doubled']);
});

it('sees a branch that is not there, has something else on it, or was pushed twice', async () => {
  expect(await faultsOf({ branches: [] })).toEqual(['missing']);
  expect(await faultsOf({ branches: [{ ...branch, commits: [key, key] }] })).toEqual(['wrong effect']);
  expect(await faultsOf({ branches: [{ ...branch, pushes: 2 }] })).toEqual(['doubled']);
});

it('sees issues and pull requests that are there twice, or not', async () => {
  expect(await faultsOf({ issues: [key, key] })).toEqual(['doubled']);
  expect(await faultsOf({ pulls: [key, key] })).toEqual(['doubled']);
  expect(await faultsOf({ issues: [], pulls: ['k70'], told: 1 })).toEqual(['missing', 'missing']);
});

it('wants no branch of whoever had no workspace', async () => {
  expect(await faultsOf({ branches: [], pulls: [], by: `k7 ${byHandWords}.` })).toEqual([]);
  expect(await faultsOf({ pulls: [], by: `k7 ${byHandWords}.` })).toEqual(['missing']);
});
