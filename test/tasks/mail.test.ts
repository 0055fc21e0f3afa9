import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { MailRules } from '../../src/ports/mail.ts';
import { everybodyIs } from '../fakes/access.ts';
import { testParley } from '../fakes/installation.ts';
import { postOffice } from '../fakes/mail.ts';
import { looking, taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const hello = { to: ['mara@example.org'], subject: 'Hello', text: 'How **are** you?' };

/** A room in which a task's agent mails what it is told to, one mail after the other, and hands in the work. */
async function mailing(wishes: readonly object[], rules: Partial<MailRules> = {}) {
  const post = postOffice(rules);
  const files = new Map<string, string>();
  const workTools = {
    offer: async () => [],
    read: async (_place: unknown, { path }: { readonly path: string }) => {
      const text = files.get(path);
      return text === undefined ? null : new TextEncoder().encode(text);
    },
    mail: post,
  };
  const results: string[] = [];
  const works = worker({
    build({ done }) {
      const told = done.at(-1)?.calls[0]?.result;
      if (told !== undefined) results.push(told);
      const wish = wishes[done.length];
      return { calls: [wish === undefined ? ['submit_work', { summary: 'Mailed.' }] : ['email', { ...wish }]] };
    },
  });
  const settings = { access: everybodyIs('admin') };
  const room = await taskRoom({ workTools, settings });
  room.runtime.work(works);
  const asked = (): string[] =>
    room
      .thread()
      .map(({ text }) => text)
      .filter(text => text.includes('✋ May I'));
  /** What people are told of mails, without what keeps names from becoming links. */
  const outcomes = (): string[] =>
    room
      .thread()
      .map(({ text }) => text.replaceAll('\\', ''))
      .filter(text => text.startsWith('What became of'));
  const allow = async (nth = 0): Promise<void> => {
    const found = [...room.bridge.network.room(room.chat).shown.values()].filter(({ text }) =>
      text.includes('✋ May I'),
    );
    room.mara.react(room.chat, found[nth]?.id ?? room.card(), '✅');
    await room.rest();
  };
  const begin = async (): Promise<void> => {
    room.mara.say(room.chat, '!task Say hello by mail');
    await room.rest();
  };
  return { ...room, post, files, results, asked, outcomes, allow, begin, workTools, settings, works };
}

it('a mail waits for a ✅, is shown whole, and goes out once, under an id of its own', async () => {
  const { post, begin, asked, allow, results, task } = await mailing([hello]);
  await begin();
  expect(asked()[0]).toContain(String.raw`**email** sends mail to mara\@example\.org`);
  expect(asked()[0]).toContain(JSON.stringify(hello, null, 2));
  expect(post.mails).toEqual([]);
  await allow();
  expect(post.mails).toMatchObject([{ ...hello, attachments: [] }]);
  expect(post.mails[0]?.messageId).toMatch(/^<parley\.[0-9a-f]{40}@parley\.example\.org>$/);
  expect([results[0], (await task()).status]).toEqual([
    `Sent to mara@example.org, as ${post.mails[0]?.messageId}.`,
    'complete',
  ]);
});

it('files go along as a person has allowed them, by their hash; one that was changed since does not', async () => {
  const file = { path: 'output/report.pdf' };
  const wish = { ...hello, attachments: [file] };
  const exact = { ...hello, attachments: [{ ...file, sha256: hashOf('first') }] };
  const { post, files, begin, asked, allow, results } = await mailing([wish, exact, exact]);
  files.set(file.path, 'first');
  await begin();
  expect(results[0]).toBe(
    `Not sent yet: a person is to allow just these files. Call it again with: ${JSON.stringify({ attachments: exact.attachments })}`,
  );
  expect(asked()[0]).toContain(hashOf('first'));
  files.set(file.path, 'second');
  await allow();
  expect([post.mails, results[1]]).toEqual([[], expect.stringContaining('a file is not what its hash says')]);
  files.set(file.path, 'first');
  await allow(1);
  expect(post.mails[0]?.attachments).toEqual([
    { name: 'report.pdf', mimeType: 'application/pdf', data: new TextEncoder().encode('first') },
  ]);
});

it('files that are too large, not there or outside are not sent, and nobody is asked', async () => {
  const withFile = (path: string) => ({ ...hello, attachments: [{ path }] });
  const { begin, results, asked, files } = await mailing([withFile('none'), withFile('../etc/passwd')]);
  files.set('passwd', 'x');
  await begin();
  expect([results, asked()]).toEqual([
    ['Not sent. There is no file "none".', 'Not sent. "../etc/passwd" is no path in the workspace.'],
    [],
  ]);
});

it('nobody gets mail whom the operator has not allowed, and no header can be slipped in', async () => {
  const bad = [
    { ...hello, to: ['eve@evil.example'] },
    { ...hello, to: ['mara@example.org', 'eve@example.org.evil.example'] },
    { ...hello, to: ['mara@example.org\r\nBcc: eve@evil.example'] },
    { ...hello, to: ['Mara <mara@example.org>'] },
    { ...hello, to: ['"mara@example.org, eve"@evil.example'] },
    { ...hello, subject: 'Hello\r\nBcc: eve@evil.example' },
    { ...hello, subject: 'Hello\u2028Bcc: x' },
  ];
  const { begin, results, asked, post } = await mailing(bad);
  await begin();
  expect([asked(), post.mails, results.length]).toEqual([[], [], bad.length]);
  expect(results.slice(0, 2).every(result => result.includes('has not allowed mail to eve@'))).toBe(true);
  expect(results.slice(2).every(result => result.startsWith('The arguments do not fit'))).toBe(true);
});

it('a template is filled for the person to read, and not again by what stands in it', async () => {
  const templates = new Map([['report', { subject: 'Report: {{title}}', text: 'Dear {{name}},\n\n{{title}}' }]]);
  const values = { name: 'Mara', title: '{{name}}\nx' };
  const wishes = [
    { to: hello.to, template: 'none' },
    { to: hello.to, template: 'report', values: { name: 'Mara' } },
    { to: hello.to, template: 'report', values },
  ];
  const { begin, results } = await mailing(wishes, { templates });
  await begin();
  expect(results).toEqual([
    'Not sent: there is no such template. There are: report (title, name).',
    'Not sent: the template wants values for title.',
    `Not sent yet. Call it again without a template, with: ${JSON.stringify({ subject: 'Report: {{name}} x', text: 'Dear Mara,\n\n{{name}}\nx' })}`,
  ]);
});

it('the same mail is not sent twice, also in other letters, and a task sends only so many', async () => {
  const other = (nth: number) => ({ ...hello, subject: `Hello ${nth}` });
  const wishes = [hello, { ...hello, to: ['MARA@example.org'], text: `${hello.text} ` }, other(1), other(2), other(3)];
  const { begin, allow, asked, results, post } = await mailing(wishes);
  await begin();
  for (const nth of [0, 1, 2]) await allow(nth);
  expect([asked().length, post.mails.length]).toEqual([3, 3]);
  expect([results[1], results[4]]).toEqual([
    'Not sent: just this mail was sent before, in this task.',
    'Not sent: a task sends at most 3 mails.',
  ]);
});

it('what the server refuses is told, and may be tried again', async () => {
  const { begin, allow, post, results, outcomes } = await mailing([hello, hello]);
  post.become({ outcome: 'refused', why: '550 no such user' });
  await begin();
  await allow();
  post.become({ outcome: 'sent', refused: [] });
  await allow(1);
  expect(results).toEqual([
    'Not sent. The mail server says: "550 no such user"',
    expect.stringContaining('Sent to mara@example.org'),
  ]);
  expect(outcomes()).toEqual([
    'What became of what was allowed (**email** sends mail to mara@example.org): Not sent. The mail server says: "550 no such user"',
    `What became of what was allowed (**email** sends mail to mara@example.org): ${results[1]}`,
  ]);
});

it('where nobody knows whether it went out, people are told, and only their word sends it again', async () => {
  const { begin, allow, post, results, asked, outcomes, thread } = await mailing([hello, hello]);
  post.become({ outcome: 'unknown', why: 'closed' });
  await begin();
  await allow();
  expect(results[0]).toContain('Nobody knows whether it was sent');
  expect(thread().filter(({ text }) => text.includes('⚠️ Nobody knows'))).toHaveLength(1);
  expect(outcomes()).toEqual([]);
  expect(asked()[1]).toContain('once more, although the first one may have gone out');
  expect(post.mails).toHaveLength(1);
});

it('a crash while it is sent sends nothing again: people are told, and asked before another try', async () => {
  const first = await mailing([hello, hello]);
  first.post.become(() => new Promise(() => undefined));
  await first.begin();
  await first.allow();
  expect(first.post.mails).toHaveLength(1);
  await first.crash();
  const { bridge, store, clock, workTools, settings } = first;
  const second = await testParley({ bridge, store, clock, workTools, settings });
  second.runtime.work(first.works);
  const { rest, thread } = looking(second, first.chat);
  await rest();
  expect(first.results).toEqual([expect.stringContaining('It is not done again')]);
  expect(thread().filter(({ text }) => text.includes('⚠️ Nobody knows'))).toHaveLength(1);
  expect(first.asked()[1]).toContain('once more, although');
  expect(first.post.mails).toHaveLength(1);
});

/** A mail that is on its way, and nobody knows what becomes of it. */
async function onItsWay() {
  const mails = await mailing([hello]);
  mails.post.become(
    (signal: AbortSignal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  await mails.begin();
  await mails.allow();
  expect(mails.post.mails).toHaveLength(1);
  const unsure = (): string[] =>
    mails
      .thread()
      .map(({ text }) => text.replaceAll('\\', ''))
      .filter(text => text.includes('⚠️ Nobody knows whether this was done: **email: sends mail to'));
  return { ...mails, unsure };
}

it('who gives the task to another agent while it is sent is told that nobody knows, and asked before another try', async () => {
  const { mara, chat, rest, unsure, asked, post } = await onItsWay();
  mara.say(chat, '!task assign 1 @Bruno');
  await rest();
  expect(unsure()).toHaveLength(1);
  expect([asked().length, asked()[1]]).toEqual([2, expect.stringContaining('once more, although the first one may')]);
  expect(post.mails).toHaveLength(1);
});

it('who cancels the task while it is sent is told that nobody knows, also where it is tried again', async () => {
  const { mara, chat, rest, task, unsure, asked } = await onItsWay();
  mara.say(chat, '!task cancel 1');
  await rest();
  expect([(await task()).status, unsure().length]).toEqual(['cancelled', 1]);
  mara.say(chat, '!task retry 1');
  await rest();
  expect([unsure().length, asked()[1]]).toEqual([1, expect.stringContaining('once more, although the first one may')]);
});
