import { expect, it } from 'vitest';
import type { Programs } from '../../../sandboxes/memory/program.ts';
import { type MemoryDisk, memoryDisk, memorySandbox } from '../../../sandboxes/memory/sandbox.ts';
import type { Agent } from '../../../src/core/agent.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import { newTask, type TaskWish } from '../../../src/core/tasks/new-task.ts';
import type { Stage } from '../../../src/core/tasks/task.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { runCall } from '../../../src/ports/run-call.ts';
import type { Sandbox } from '../../../src/ports/sandbox.ts';
import type { WorkPlace } from '../../../src/ports/work-tools.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { lookOnce } from '../../../src/tasks/workspace/look-after.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { heldClock } from '../../fakes/clock.ts';

const { signal } = new AbortController();
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const placeOf = (stage: Stage, agent = 'ada', number = 7, event = `$event${number}`): WorkPlace => ({
  agent: { _id: agentId(agent), name: agent } as Agent,
  task: taskId(messageId(bridgeName('test'), event)),
  number,
  stage,
  needsWorkspace: false,
  isNamed: async () => false,
});

const programs: Programs = {
  bash: async ({ argv, print, complain, folder, files }) => {
    const [, , script = ''] = argv;
    if (script === 'fail') {
      complain('it did not work\n');
      return 3;
    }
    if (script === 'flood') print('line\n'.repeat(100_000));
    if (script === 'hang') return new Promise(() => undefined);
    await files.write('ran.txt', `${folder}: ${script}`);
    print(`ran ${script}\n`);
    return 0;
  },
  sh: () => 0,
  'venv/bin/python': ({ argv, input, print, complain }) => {
    if (argv.includes('nothing-of-that-name')) {
      complain('No matching distribution\n');
      return 1;
    }
    print(argv[1] === '-m' ? '' : `python got ${input.length} bytes\n`);
    return 0;
  },
  rg: ({ argv, print }) => {
    if (argv.includes('nowhere')) return 1;
    print(`${argv.at(-1)}:1:found\n`);
    return 0;
  },
};

function opened(disk: MemoryDisk = memoryDisk()) {
  const clock = heldClock();
  const sandbox = memorySandbox({ clock, disk, programs });
  const tools = workspaceTools({ sandbox, clock, grants: [{ host: 'pypi.org' }], pageOf });
  const call = async (name: string, input: Record<string, unknown>, place = placeOf('build')): Promise<string> => {
    const offered = await tools.offer(place, signal);
    return runCall({ id: '1', name, input }, { tools: offered, log: silent, signal, name: null });
  };
  return { clock, sandbox, tools, call };
}

it('who builds and tests has commands and files; who plans or reviews only looks', async () => {
  const { tools } = opened();
  const names = async (stage: Stage): Promise<string[]> =>
    (await tools.offer(placeOf(stage), signal)).map(({ name }) => name);
  expect(await names('build')).toEqual(['shell', 'python', 'look_at_files', 'change_files', 'git', 'plot', 'pdf']);
  expect(await names('test')).toEqual(await names('build'));
  expect(await names('design')).toEqual(['look_at_files', 'git']);
  expect(await names('review')).toEqual(['look_at_files', 'git']);
});

it('runs a command, and tells how it ended', async () => {
  const { call, clock } = opened();
  expect(await call('shell', { command: 'make' })).toBe('Exit code 0.\nstdout:\nran make');
  expect(await call('shell', { command: 'fail' })).toBe('Exit code 3.\nstderr:\nit did not work');
  expect(await call('shell', { command: 'ls', folder: '/workspace/src' })).toContain('ran ls');
  expect(await call('look_at_files', { action: 'read', path: 'ran.txt' })).toBe('src: ls');
  expect(await call('shell', { command: 'ls', folder: '/etc' })).toMatch(/leads out of the workspace/);
  const flood = await call('shell', { command: 'flood' });
  expect(flood.length).toBeLessThan(16_000);
  expect(flood).toContain('bytes are left out');
  const hanging = call('shell', { command: 'hang', seconds: 5 });
  await clock.advance(5001);
  expect(await hanging).toContain('It took too long and was killed.');
});

it('runs Python, with packages that are installed first', async () => {
  const { call } = opened();
  expect(await call('python', { code: 'print(1)' })).toBe('Exit code 0.\nstdout:\npython got 8 bytes');
  expect(await call('python', { code: 'print(1)', packages: ['numpy==2.0.0', 'x[y]'] })).toContain('python got');
  expect(await call('python', { code: 'x', packages: ['nothing-of-that-name'] })).toMatch(
    /could not be installed.*Exit code 1/,
  );
  for (const bad of ['--index-url=http://evil', 'a b', 'git+https://evil/x', './x', ''])
    expect(await call('python', { code: 'x', packages: [bad] }), bad).not.toContain('python got');
});

it('looks at files and changes them', async () => {
  const { call } = opened();
  expect(await call('change_files', { action: 'write', path: '/workspace/src/a.py', content: 'one\ntwo\n' })).toBe(
    'src/a.py is written.',
  );
  expect(await call('change_files', { action: 'replace', path: 'src/a.py', old: 'two', new: 'three' })).toBe(
    'src/a.py is changed.',
  );
  expect(await call('change_files', { action: 'replace', path: 'src/a.py', old: 'two', new: 'three' })).toBe(
    'src/a.py has the new passage already.',
  );
  expect(await call('change_files', { action: 'replace', path: 'src/a.py', old: 'e', new: 'x' })).toMatch(
    /stands 3 times/,
  );
  expect(await call('look_at_files', { action: 'read', path: 'src/a.py' })).toBe('one\nthree\n');
  expect(await call('look_at_files', { action: 'read', path: 'src/a.py', from: 4 })).toBe('three\n');
  expect(await call('look_at_files', { action: 'tree' })).toContain('src/a.py (10 bytes)');
  expect(await call('look_at_files', { action: 'search', pattern: 'three', path: 'src' })).toContain('src:1:found');
  expect(await call('look_at_files', { action: 'search', pattern: 'nowhere' })).toBe('Nothing matches.');
  expect(await call('change_files', { action: 'move', path: 'src/a.py', to: 'output/b.py' })).toBe(
    'src/a.py is at output/b.py now.',
  );
  expect(await call('change_files', { action: 'delete', path: 'output/b.py' })).toBe('output/b.py is deleted.');
  expect(await call('change_files', { action: 'delete', path: 'output/b.py' })).toBe('output/b.py was not there.');
  expect(await call('look_at_files', { action: 'read', path: 'output/b.py' })).toMatch(/is not there/);
  expect(await call('change_files', { action: 'write', path: '../x', content: 'x' })).toMatch(
    /leads out of the workspace/,
  );
  expect(await call('change_files', { action: 'move', path: 'src' })).toMatch(/say to where/);
});

it('all who work on a task share its workspace, also after a restart; other tasks have their own', async () => {
  const disk = memoryDisk();
  const first = opened(disk);
  await first.call('change_files', { action: 'write', path: 'mine', content: 'by ada' });
  const second = opened(disk);
  expect(await second.call('look_at_files', { action: 'read', path: 'mine' }, placeOf('review', 'bruno'))).toBe(
    'by ada',
  );
  expect(await second.call('look_at_files', { action: 'read', path: 'mine' }, placeOf('review', 'ada', 8))).toMatch(
    /is not there/,
  );
});

it('a task of another store, with the same number in the same folder, meets none of the old files', async () => {
  const disk = memoryDisk();
  await opened(disk).call('change_files', { action: 'write', path: 'mine', content: 'by ada' });
  const later = opened(disk).call(
    'look_at_files',
    { action: 'read', path: 'mine' },
    placeOf('build', 'ada', 7, '$new'),
  );
  expect(await later).toMatch(/is not there/);
});

it('finds the workspace that another process has begun after it looked', async () => {
  const disk = memoryDisk();
  const [first, second] = [opened(disk), opened(disk)];
  await second.call('change_files', { action: 'write', path: 'other', content: 'x' }, placeOf('build', 'bruno', 1));
  await first.call('change_files', { action: 'write', path: 'mine', content: 'by ada' });
  expect(await second.call('look_at_files', { action: 'read', path: 'mine' }, placeOf('review', 'bruno'))).toBe(
    'by ada',
  );
});

it('hands over files up to a size, and runs the tests of a plan', async () => {
  const { call, tools } = opened();
  await call('change_files', { action: 'write', path: 'output/a.txt', content: 'result' });
  const place = placeOf('build');
  expect(
    new TextDecoder().decode(
      (await tools.read(place, { path: 'output/a.txt', maxBytes: 100 }, signal)) ?? new Uint8Array(),
    ),
  ).toBe('result');
  expect(await tools.read(place, { path: 'output/none.txt', maxBytes: 100 }, signal)).toBeNull();
  await expect(tools.read(place, { path: 'output/a.txt', maxBytes: 3 }, signal)).rejects.toMatchObject({
    code: 'MESSAGE_TOO_LARGE',
  });
  const aborted = AbortSignal.abort(new Error('stop'));
  await expect(tools.read(place, { path: 'output/a.txt', maxBytes: 100 }, aborted)).rejects.toThrow('stop');
  await expect(tools.read(place, { path: '../../etc/passwd', maxBytes: 100 }, signal)).rejects.toMatchObject({
    code: 'WORKSPACE_OUTSIDE',
  });
  expect(await tools.test?.(place, 'pytest', signal)).toEqual({
    passed: true,
    output: 'Exit code 0.\nstdout:\nran pytest',
  });
  expect(await tools.test?.(place, 'fail', signal)).toMatchObject({ passed: false });
});

it('what nobody has used for long is archived, and then removed', async () => {
  const { call, sandbox, clock } = opened();
  await call('change_files', { action: 'write', path: 'output/a.txt', content: 'result' });
  const ages = { archiveMs: 1000, removeMs: 5000 };
  const look = () => lookOnce({ sandbox, store: openMemoryStore({ clock }), clock, log: silent, ages });
  const states = async () => (await sandbox.list()).map(({ state }) => state);
  await look();
  expect(await states()).toEqual(['running']);
  const [kept] = await sandbox.list();
  const workspace = await sandbox.open(kept?.key ?? { agent: agentId('ada'), task: 'none' });
  await workspace.stop();
  await clock.advance(1500);
  await look();
  expect(await states()).toEqual(['archived']);
  expect(await call('look_at_files', { action: 'read', path: 'output/a.txt' })).toBe('result');
  await clock.advance(6000);
  await look();
  expect(await states()).toEqual([]);
});

it('notes what was done on top of the README, where the task has used a workspace', async () => {
  const { tools, call, sandbox } = opened();
  const place = placeOf('review');
  await tools.readme?.(place, 'Nothing was made.', signal);
  expect(await sandbox.list()).toEqual([]);
  await call('change_files', { action: 'write', path: 'README.md', content: 'My notes.' });
  await tools.readme?.(place, 'A plot was made.', signal);
  await tools.readme?.(place, 'A plot was made again.', signal);
  const readme = await call('look_at_files', { action: 'read', path: 'README.md' });
  expect(readme).toMatch(/A plot was made again\..*My notes\.\n$/s);
  expect(readme).not.toContain('A plot was made.');
});

it('what was brought and made for a task goes when the task is forgotten, and no other', async () => {
  const { call, sandbox, clock } = opened();
  const store = openMemoryStore({ clock });
  const wish = { chat: 'a', origin: null, host: agentId('ada'), createdBy: 'm', askedBy: 'm', order: 0 } as const;
  for (const number of [7, 8, 9]) {
    const place = placeOf('build', 'ada', number);
    await call('change_files', { action: 'write', path: 'attached/letter.txt', content: 'Dear Mara' }, place);
    const _id = number === 9 ? placeOf('build', 'ada', 9, '$of-another-store').task : place.task;
    const text = number === 8 ? 'Count the letters' : '';
    await store
      .collection('tasks')
      .insert([newTask({ ...wish, _id, text } as unknown as TaskWish, { number, tokenLimit: 1, now: 0 })]);
  }
  await lookOnce({ sandbox, store, clock, log: silent, ages: { archiveMs: 1e9, removeMs: 1e9 } });
  const left = (await sandbox.list()).map(({ key }) => Number.parseInt(key.task, 10));
  expect(left.sort()).toEqual([8, 9]);
});

it('a workspace that can be neither archived nor removed holds up none behind it', async () => {
  const { call, sandbox, clock } = opened();
  for (const number of [7, 8, 9])
    await call('change_files', { action: 'write', path: 'a.txt', content: 'x' }, placeOf('build', 'ada', number));
  for (const { key } of await sandbox.list()) await (await sandbox.open(key)).stop();
  const [bad] = await sandbox.list();
  const failing =
    (what: 'archive' | 'remove'): Sandbox['remove'] =>
    async key => {
      if (key.task === bad?.key.task) throw new Error('ENOENT');
      return sandbox[what](key);
    };
  const warned: unknown[] = [];
  const log = { ...silent, warn: (given: unknown) => void warned.push(given) };
  const broken = { ...sandbox, archive: failing('archive'), remove: failing('remove') };
  const store = openMemoryStore({ clock });
  const look = () => lookOnce({ sandbox: broken, store, clock, log, ages: { archiveMs: 1000, removeMs: 5000 } });
  await clock.advance(1500);
  await look();
  expect((await sandbox.list()).map(({ state }) => state).sort()).toEqual(['archived', 'archived', 'stopped']);
  await clock.advance(6000);
  await look();
  expect((await sandbox.list()).map(({ key }) => key)).toEqual([bad?.key]);
  expect(warned).toMatchObject([{ workspace: bad?.key.task }, { workspace: bad?.key.task }]);
});

it('where there is nothing to work in, there are no tools, no files and no tests', async () => {
  const clock = heldClock();
  const none = memorySandbox({ clock });
  let ok = false;
  const sandbox = {
    ...none,
    describe: async () => ({ ok, detail: 'no engine', remedy: 'Start one.' }),
  };
  const tools = workspaceTools({ sandbox, clock, grants: [], pageOf });
  expect(await tools.offer(placeOf('build'), signal)).toEqual([]);
  expect([await tools.read(placeOf('build'), { path: 'a', maxBytes: 10 }, signal), tools.put, tools.test]).toEqual([
    null,
    undefined,
    undefined,
  ]);
  ok = true;
  await clock.advance(4_000);
  expect(await tools.offer(placeOf('build'), signal)).not.toEqual([]);
  await tools.put?.(placeOf('build'), { path: 'attached/a.csv', data: new Uint8Array([97]) }, signal);
  expect(await tools.read(placeOf('build'), { path: 'attached/a.csv', maxBytes: 10 }, signal)).toEqual(
    new Uint8Array([97]),
  );
});

it('waits for a place where there are as many workspaces as there may be, and says so after a minute', async () => {
  const clock = heldClock();
  const real = memorySandbox({ clock, programs });
  let asked = 0;
  let fullTimes = 3;
  const sandbox = {
    ...real,
    open: async (...given: Parameters<typeof real.open>) => {
      asked += 1;
      if (fullTimes-- > 0) throw new ParleyError('SANDBOX_FULL', 'There may be 20 workspaces.', { retry: true });
      return real.open(...given);
    },
  };
  const tools = await workspaceTools({ sandbox, clock, grants: [], pageOf }).offer(placeOf('build'), signal);
  const call = () =>
    runCall({ id: '1', name: 'shell', input: { command: 'make' } }, { tools, log: silent, signal, name: null });
  const waiting = call();
  await clock.advance(10_000);
  expect([await waiting, asked]).toEqual(['Exit code 0.\nstdout:\nran make', 4]);
  fullTimes = 1_000;
  const inVain = call();
  await clock.advance(60_000);
  expect([await inVain, asked]).toEqual(['There may be 20 workspaces.', 24]);
});
