import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { isEnded } from '../../../src/core/tasks/task.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { testParley } from '../../fakes/installation.ts';
import { mortalStore } from '../../fakes/mortal-store.ts';
import { codeWorld, repository, until } from '../support/code.ts';
import { looking } from '../support/room.ts';
import { worker } from '../support/worker.ts';

const settings = { access: everybodyIs('admin') };

/** Commits, pushes, opens a pull request and an issue, and writes below it. */
const mends = worker({
  build(request) {
    const done = request.done.flatMap(({ calls }) => calls.map(({ result }) => result ?? ''));
    const commit = /Committed ([0-9a-f]{40})/.exec(done[3] ?? '')?.[1] ?? 'none';
    const git = (action: string, more: object = {}) => ['git', { action, folder: 'src/app', ...more }] as const;
    const github = (action: string, more: object) =>
      ['github', { action, repository, body: 'Now it adds.', ...more }] as const;
    const steps = [
      git('clone', { url: repository }),
      git('branch', { branch: 'fix' }),
      [
        'change_files',
        { action: 'write', path: 'src/app/add.py', content: 'def add(a, b):\n    return a + b\n' },
      ] as const,
      git('commit', { message: 'Adds' }),
      git('push', { url: repository, branch: 'fix', commit }),
      github('open_pull', { head: 'fix', base: 'main', title: 'Adds' }),
      github('open_issue', { title: 'It took away' }),
      github('comment', { number: 1 }),
    ];
    return { calls: [steps[done.length] ?? ['submit_work', { summary: done.slice(4).join('\n') }]] };
  },
});

type World = Awaited<ReturnType<typeof codeWorld>>;

/** A task in two lives: the first one ends the nth time that a call is carried out and before its result is stored. */
async function lives({ clock, workTools, bridge, store }: World, nth: number) {
  const mortal = mortalStore(store);
  const first = await testParley({ clock, bridge, store: mortal.store, workTools, settings });
  first.runtime.work(mends);
  let done = 0;
  const die = (told: unknown): void => {
    if (typeof told !== 'object' || told === null || !('step' in told) || told.step !== 'task.call.done') return;
    done += 1;
    if (done === nth) mortal.dieAfter(0);
  };
  subscribe('parley:step', die);
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'] });
  await first.settle();
  mara.say(chat, '!task Mend it');
  await until(first, { chat }, async () => mortal.died());
  unsubscribe('parley:step', die);
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ clock, bridge, store, workTools, settings });
  second.runtime.work(mends);
  const { task, thread } = looking(second, chat);
  await until(second, { chat }, async () => isEnded(await task()));
  return { task: await task(), requests: thread().filter(({ text }) => text.includes('✋ May I')).length };
}

it.each([
  ['the push', 6],
  ['the pull request', 7],
  ['the issue', 8],
  ['the comment', 9],
])(
  'killed between %s and its record, each is there once, and each was asked for once',
  async (_, nth) => {
    const all = await codeWorld();
    const { task, requests } = await lives(all, nth);
    expect([task.status, requests]).toEqual(['complete', 4]);
    expect(all.github.items.map(({ kind, title }) => [kind, title])).toEqual([
      ['pull', 'Adds'],
      ['issue', 'It took away'],
    ]);
    expect(all.github.comments).toHaveLength(1);
    expect(all.server.git('acme/app', 'log', '--format=%an %s', 'fix')).toBe('Ada Adds\nMara first');
    expect(
      all.server.requests.filter(({ method, url: at }) => method === 'POST' && at.endsWith('receive-pack')),
    ).toHaveLength(1);
    expect(task.result?.summary).toMatch(/stands on the branch fix.*\nOpened: #1.*\nOpened: #2.*\nWritten: #1/);
  },
  200_000,
);
