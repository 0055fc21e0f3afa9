import { expect, it, onTestFinished } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import type { GitHost } from '../../../src/core/git/git-host.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import type { Stage } from '../../../src/core/tasks/task.ts';
import { lookAhead, runCall } from '../../../src/ports/run-call.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { heldClock } from '../../fakes/clock.ts';
import { gitServer } from '../../fakes/git-server.ts';
import { hostSandbox } from '../../fakes/host-sandbox.ts';

const token = 'tk-of-the-operator';
const url = 'http://git.example/acme/app';
const { signal } = new AbortController();
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The tool as agents have it, with real git, the real way out and a server that wants a token. */
async function opened(change: Partial<GitHost> = {}) {
  const server = await gitServer({ token, isPrivate: change.token !== null });
  server.create('acme/app', { 'add.py': 'def add(a, b):\n    return a - b\n' });
  server.create('acme/secret', { plan: 'of the acquisition' });
  const sandbox = hostSandbox(server.port);
  onTestFinished(() => {
    sandbox.end();
    server.close();
  });
  const host = { url: 'http://git.example', repositories: ['acme/app'], token, username: 'x-access-token' };
  const git = [{ ...host, api: null, internal: true, ...change }];
  const tools = workspaceTools({ pageOf: text => text, sandbox, clock: heldClock(), grants: [], git });
  const place = (stage: Stage) => ({
    agent: { _id: agentId('ada'), name: 'Ada' } as Agent,
    task: taskId(messageId(bridgeName('test'), '$event')),
    number: 7,
    stage,
    needsWorkspace: false,
    isNamed: async () => false,
  });
  const toolIn = async (stage: Stage) => {
    const found = (await tools.offer(place(stage), signal)).find(({ name }) => name === 'git');
    if (found === undefined) throw new Error('there is no git');
    return found;
  };
  const call = async (input: Record<string, unknown>, stage: Stage = 'build', name = 'git'): Promise<string> => {
    const offered = await tools.offer(place(stage), signal);
    const whole = name === 'git' ? { folder: 'src/app', ...input } : input;
    return runCall({ id: '1', name, input: whole }, { tools: offered, log: silent, signal, name: null });
  };
  const ahead = async (input: Record<string, unknown>) => {
    const tool = await toolIn('build');
    const parsed = await tool.parameters.parseAsync({ folder: 'src/app', ...input });
    return { what: (await tool.danger?.(parsed)) ?? null, ...(await lookAhead(tool, parsed, { log: silent, signal })) };
  };
  return { server, call, ahead, toolIn, sandbox };
}

/** A repository with one commit of the agent on a branch. */
async function withCommit(change: Partial<GitHost> = {}) {
  const all = await opened(change);
  const { call } = all;
  await call({ action: 'clone', url });
  await call({ action: 'branch', branch: 'fix/add' });
  await call(
    { action: 'write', path: 'src/app/add.py', content: 'def add(a, b):\n    return a + b\n' },
    'build',
    'change_files',
  );
  const [, commit = ''] = /^Committed ([0-9a-f]{40}) /.exec(await call({ action: 'commit', message: 'Adds' })) ?? [];
  return { ...all, commit, wish: { action: 'push', url, branch: 'fix/add', commit } };
}

it('clones, looks, branches and commits; the token never gets in', async () => {
  const { call, server } = await opened();
  expect(await call({ action: 'clone', url: 'git@git.example:acme/app.git' })).toMatch(
    /is no repository that tasks may reach/,
  );
  expect(await call({ action: 'clone', url: `${url}.git` })).toMatch(
    /^Cloned http:\/\/git\.example\/acme\/app into src\/app, at \w+ first$/,
  );
  expect(await call({ action: 'clone', url })).toMatch(/in src\/app already/);
  expect(await call({ action: 'branch', branch: 'fix/add' })).toBe('On the branch fix/add now.');
  await call(
    { action: 'write', path: 'src/app/add.py', content: 'def add(a, b):\n    return a + b\n' },
    'build',
    'change_files',
  );
  expect(await call({ action: 'status' })).toBe('## fix/add\n M add.py');
  expect(await call({ action: 'diff' })).toContain('+    return a + b');
  const committed = await call({ action: 'commit', message: 'Adds\n\nIt took away before.' });
  expect(committed).toMatch(/^Committed [0-9a-f]{40} Adds$/);
  // Cut off before its result was stored, it is called again.
  expect(await call({ action: 'commit', message: 'Adds' })).toBe(
    committed.replace('Committed', 'Nothing has changed since'),
  );
  expect(await call({ action: 'log' })).toMatch(/^[0-9a-f]{40} Ada \S+ Adds\n[0-9a-f]{40} Mara \S+ first$/);
  expect(
    await call(
      { command: `grep -r '${token}' /proc/self/environ ~ | wc -l; git -C src/app config --list` },
      'build',
      'shell',
    ),
  ).not.toContain(token);
  expect(server.requests.length).toBeGreaterThan(0);
}, 120_000);

it('goes on where a git that was killed has left its lock', async () => {
  const { call } = await withCommit();
  const lock = (path: string) =>
    call({ action: 'write', path: `src/app/.git/${path}`, content: '' }, 'build', 'change_files');
  const change = (content: string) =>
    call({ action: 'write', path: 'src/app/add.py', content }, 'build', 'change_files');
  await change('# 1\n');
  await lock('index.lock');
  expect(await call({ action: 'commit', message: 'One' })).toMatch(/^Committed [0-9a-f]{40} One$/);
  await change('# 2\n');
  await lock('HEAD.lock');
  await lock('refs/heads/fix/add.lock');
  expect(await call({ action: 'commit', message: 'Two' })).toMatch(/^Committed [0-9a-f]{40} Two$/);
  await lock('index.lock');
  expect(await call({ action: 'branch', branch: 'fix/two' })).toBe('On the branch fix/two now.');
}, 120_000);

it('reaches no other repository, and none while it is not at it', async () => {
  const { call, server } = await opened();
  expect(await call({ action: 'clone', url: 'http://git.example/acme/secret' })).toMatch(
    /There are: http:\/\/git.example\/acme\/app/,
  );
  for (const bad of [
    'http://git.example/acme/../acme/secret',
    'https://git.example/acme/app',
    'file:///etc',
    'http://x:y@git.example/acme/app',
    'ext::sh -c id',
    '--upload-pack=id',
  ])
    expect(await call({ action: 'clone', url: bad }), bad).toMatch(/is no repository that tasks may reach/);
  const before = server.requests.length;
  expect(await call({ command: `git clone -q ${url} other` }, 'build', 'shell')).toContain('Exit code 128');
  expect(server.requests).toHaveLength(before);
}, 120_000);

it('asks before it pushes, with the commits, and pushes just that; again, it finds it there', async () => {
  const { ahead, call, commit, wish, server } = await withCommit();
  const asked = await ahead(wish);
  expect(asked.what).toBe(`pushes ${commit.slice(0, 12)} to fix/add of ${url}`);
  expect('shown' in asked && asked.shown).toMatch(/^A new branch:\n\w+ Ada: Adds\nadd\.py \| 2 \+-/);
  const pushed = await call(wish);
  expect(pushed).toBe(`${commit} stands on the branch fix/add of ${url}.`);
  expect(server.git('acme/app', 'rev-parse', 'fix/add')).toBe(commit);
  // After a crash between the push and its record.
  const pushes = (): number =>
    server.requests.filter(({ method, url: at }) => method === 'POST' && at.includes('receive')).length;
  const before = pushes();
  expect(await call(wish)).toBe(pushed);
  expect(await ahead(wish)).toMatchObject({ no: pushed });
  expect(pushes()).toBe(before);
}, 120_000);

it('says how many commits there are beyond those that it shows', async () => {
  const { ahead, call, wish } = await withCommit();
  const script = 'for i in $(seq 24); do git -c user.name=x -c user.email=x commit -q --allow-empty -m "c$i"; done';
  await call({ command: `${script}; git rev-parse HEAD`, folder: 'src/app' }, 'build', 'shell');
  const [, head = ''] = /^([0-9a-f]{40}) /.exec(await call({ action: 'log' })) ?? [];
  const asked = await ahead({ ...wish, commit: head });
  expect('shown' in asked && asked.shown).toContain('… and 5 commits below these');
}, 120_000);

it('asks nobody about what can’t be pushed', async () => {
  const { ahead, wish, server, commit, call } = await withCommit();
  expect(await ahead({ action: 'push' })).toMatchObject({
    no: expect.stringContaining(JSON.stringify({ url, branch: 'fix/add', commit })),
  });
  expect(await ahead({ ...wish, url: `${url}.git` })).toMatchObject({ no: `Give the url as ${url}.` });
  expect(await ahead({ ...wish, commit: 'a'.repeat(40) })).toMatchObject({ no: expect.stringContaining('no commit') });
  expect(await ahead({ ...wish, url: 'http://git.example/acme/secret' })).toMatchObject({
    no: expect.stringContaining('tasks may reach'),
  });
  // Somebody else has pushed meanwhile.
  const tree = server.git('acme/app', 'rev-parse', 'main^{tree}');
  const theirs = server.git('acme/app', 'commit-tree', '-p', 'main', '-m', 'Theirs', tree);
  server.git('acme/app', 'update-ref', 'refs/heads/main', theirs);
  expect(await ahead({ ...wish, branch: 'main' })).toMatchObject({ no: expect.stringContaining('Pull it first') });
  expect(await call({ action: 'pull', branch: 'main' })).toContain('Pulled main');
  const [, merged = ''] = /^([0-9a-f]{40}) Ada \S+ Merge/.exec(await call({ action: 'log' })) ?? [];
  expect(await ahead({ ...wish, branch: 'main', commit: merged })).toMatchObject({
    shown: expect.stringContaining(`On top of ${theirs}`),
  });
}, 120_000);

it('without a token it reads what everybody may, and pushes nothing', async () => {
  const { ahead, call, wish } = await withCommit({ token: null });
  expect(await ahead(wish)).toMatchObject({ no: expect.stringContaining('Nobody has given Parley a token') });
  expect(await call(wish)).toContain('Nobody has given Parley a token');
}, 120_000);

it('a hook or setting of the repository does nothing, and pushes nothing else', async () => {
  const { call, wish, server, sandbox } = await withCommit();
  const hook = '#!/bin/sh\ntouch /tmp/parley-hook-ran\ngit push -q origin HEAD:refs/heads/evil\n';
  const script = [
    `printf '${hook.replaceAll('\n', '\\n')}' > .git/hooks/pre-push; chmod +x .git/hooks/pre-push`,
    'git config core.hooksPath .git/hooks; git config remote.origin.push HEAD:refs/heads/evil; git config push.followTags true; git -c user.name=x -c user.email=x tag -a -m evil evil',
    'git config url.http://git.example/acme/secret.insteadOf http://git.example/acme/app-not',
  ].join('\n');
  expect(await call({ command: script, folder: 'src/app' }, 'build', 'shell')).toContain('Exit code 0');
  expect(await call(wish)).toContain('stands on the branch');
  expect(server.git('acme/app', 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/fix/add\nrefs/heads/main');
  expect(await sandbox.list()).toHaveLength(1);
}, 120_000);

it('each stage has what is its business', async () => {
  const { toolIn, call } = await opened();
  const allows = async (stage: Stage, action: string): Promise<boolean> =>
    (await toolIn(stage)).parameters.safeParse({ action, folder: 'src/app' }).success;
  expect([
    await allows('design', 'clone'),
    await allows('design', 'push'),
    await allows('review', 'diff'),
    await allows('review', 'clone'),
  ]).toEqual([true, false, true, false]);
  for (const branch of ['-f', '../main', 'a..b', 'a b', 'x.lock', '', 'a//b', '.a', 'a:b', 'a~1'])
    expect(await call({ action: 'branch', branch }), branch).toContain('do not fit');
});
