import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { githubHost } from '../../../src/code-hosts/github/code-host.ts';
import type { GitHost } from '../../../src/core/git/git-host.ts';
import { isEnded } from '../../../src/core/tasks/task.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { githubTools } from '../../../src/tasks/github/github-tool.ts';
import { withTools } from '../../../src/tasks/with-tools.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { heldClock } from '../../fakes/clock.ts';
import { gitServer } from '../../fakes/git-server.ts';
import { fakeGithub } from '../../fakes/github.ts';
import { hostSandbox } from '../../fakes/host-sandbox.ts';
import { type TestParley, testParley } from '../../fakes/installation.ts';
import { mortalStore } from '../../fakes/mortal-store.ts';
import { looking } from '../support/room.ts';
import { worker } from '../support/worker.ts';

const url = 'http://git.example/acme/app';
const settings = { access: everybodyIs('admin') };

/** Commits, pushes, opens a pull request and an issue, and writes below it. */
const mends = worker({
  build(request) {
    const done = request.done.flatMap(({ calls }) => calls.map(({ result }) => result ?? ''));
    const commit = /Committed ([0-9a-f]{40})/.exec(done[3] ?? '')?.[1] ?? 'none';
    const git = (action: string, more: object = {}) => ['git', { action, folder: 'src/app', ...more }] as const;
    const github = (action: string, more: object) =>
      ['github', { action, repository: url, body: 'Now it adds.', ...more }] as const;
    const steps = [
      git('clone', { url }),
      git('branch', { branch: 'fix' }),
      [
        'change_files',
        { action: 'write', path: 'src/app/add.py', content: 'def add(a, b):\n    return a + b\n' },
      ] as const,
      git('commit', { message: 'Adds' }),
      git('push', { url, branch: 'fix', commit }),
      github('open_pull', { head: 'fix', base: 'main', title: 'Adds' }),
      github('open_issue', { title: 'It took away' }),
      github('comment', { number: 1 }),
    ];
    return { calls: [steps[done.length] ?? ['submit_work', { summary: done.slice(4).join('\n') }]] };
  },
});

async function world() {
  const server = await gitServer({ token: 'tk', isPrivate: true });
  server.create('acme/app', { 'add.py': 'def add(a, b):\n    return a - b\n' });
  const github = await fakeGithub({ token: 'tk', repository: 'acme/app' });
  github.branches(() =>
    server.git('acme/app', 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n'),
  );
  const sandbox = hostSandbox(server.port);
  onTestFinished(() => {
    sandbox.end();
    server.close();
    github.close();
  });
  const clock = heldClock();
  const host = { url: 'http://git.example', repositories: ['acme/*'], token: 'tk', username: 'x-access-token' };
  const hosts: GitHost[] = [{ ...host, api: github.url, internal: true }];
  const open = () => githubHost({ api: github.url, token: 'tk', repository: 'acme/app' });
  const workTools = withTools(workspaceTools({ sandbox, clock, grants: [], git: hosts, pageOf: text => text }), [
    githubTools({ hosts, open }),
  ]);
  const bridge = memoryBridge(memoryNetwork({ clock }));
  return { server, github, clock, workTools, bridge, store: openMemoryStore({ clock }) };
}

type World = Awaited<ReturnType<typeof world>>;

/** Lets time pass, real time too, and allows what is asked for, until that is so. */
async function until(
  test: TestParley,
  chat: Parameters<typeof looking>[1],
  isSo: () => Promise<boolean>,
): Promise<void> {
  const allowed = new Set<string>();
  const mara = test.bridge.person('mara');
  for (const end = Date.now() + 90_000; !(await isSo()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`it takes too long: ${JSON.stringify(looking(test, chat).thread())}`);
    await test.clock.advance(200);
    const asked = [...test.bridge.network.room(chat).shown.values()].filter(({ text }) => text.includes('✋ May I'));
    for (const { id } of asked.filter(one => !allowed.has(one.id))) {
      mara.react(chat, id, '✅');
      allowed.add(id);
    }
  }
}

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
  await until(first, chat, async () => mortal.died());
  unsubscribe('parley:step', die);
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ clock, bridge, store, workTools, settings });
  second.runtime.work(mends);
  const { task, thread } = looking(second, chat);
  await until(second, chat, async () => isEnded(await task()));
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
    const all = await world();
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
