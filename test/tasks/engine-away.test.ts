import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Programs } from '../../sandboxes/memory/program.ts';
import { memorySandbox } from '../../sandboxes/memory/sandbox.ts';
import { type Tool, tool } from '../../src/ports/tool.ts';
import type { WorkTools } from '../../src/ports/work-tools.ts';
import { withTools } from '../../src/tasks/with-tools.ts';
import { workspaceTools } from '../../src/tasks/workspace/work-tools.ts';
import { everybodyIs } from '../fakes/access.ts';
import { heldClock } from '../fakes/clock.ts';
import { type Engine, engineFor } from '../fakes/engine.ts';
import { taskRoom } from './support/room.ts';
import { type Stages, worker } from './support/worker.ts';

/** A room with tasks that work on an engine. `before` is called before a command of a shell, and before a search. */
async function engineRoom(
  stages: Stages,
  before: (engine: Engine, command: string) => Promise<void> = async () => undefined,
) {
  const clock = heldClock();
  const ran: string[] = [];
  const noted = (name: string, command: string): void => void ran.push(`${name} ${command}`);
  const programs: Programs = {
    bash: async ({ argv, print }) => {
      noted('shell', argv[2] ?? '');
      await before(engine, argv[2] ?? '');
      print('done\n');
    },
    rg: async ({ argv, print }) => {
      noted('search', argv.at(-2) ?? '');
      await before(engine, argv.at(-2) ?? '');
      print('1:found\n');
    },
  };
  const engine = engineFor(memorySandbox({ clock, programs }));
  const tools = workspaceTools({ sandbox: engine.sandbox, clock, grants: [], pageOf: text => text });
  const workTools = withTools(tools, [async place => (place.stage === 'build' ? [deployTool(tools, place)] : [])]);
  const room = await taskRoom({ clock, workTools, settings: { access: everybodyIs('admin') } });
  room.runtime.work(worker(stages));
  return { ...room, engine, ran };
}

/** Something dangerous that is done in a workspace. */
const deployTool = (tools: WorkTools, place: Parameters<WorkTools['offer']>[0]): Tool =>
  tool({
    name: 'deploy',
    description: 'Deploys it.',
    parameters: z.object({}),
    danger: () => 'deploys it',
    run: async (_, signal) => {
      await tools.run?.(place, { argv: ['bash', '-c', 'deploy'] }, { signal });
      return 'Deployed.';
    },
  });

const shell = (command: string) => ({ calls: [['shell', { command }]] }) as const;
const done = { calls: [['submit_work', { summary: 'It is built.' }]] } as const;

/** Calls these commands, one a step, and hands in. */
const building = (...commands: readonly string[]): Stages => ({
  build: ({ done: rounds }) => (rounds.length < commands.length ? shell(commands[rounds.length] ?? '') : done),
});

/** What the model has read of its calls in the stage build, the last time that it was asked there. */
const heard = (room: Awaited<ReturnType<typeof engineRoom>>): string[] =>
  room.runtime.stepRequests
    .filter(({ tools }) => tools.some(({ name }) => name === 'submit_work'))
    .at(-1)
    ?.done.flatMap(({ calls }) => calls.map(({ result }) => result ?? '')) ?? [];

it('waits at the call while the engine is away, asks no model meanwhile, and goes on by itself', async () => {
  const room = await engineRoom(building('first', 'second', 'third'));
  room.runtime.work((request, signal) => {
    // It goes while the model thinks.
    if (request.done.length === 1 && room.ran.length === 1) void room.engine.end();
    return worker(building('first', 'second', 'third'))(request, signal);
  });
  room.mara.say(room.chat, '!task Build it');
  await room.rest();
  const asked = room.runtime.stepRequests.length;
  expect(await room.task()).toMatchObject({ status: 'build', troubles: 0, waits: { for: 'sandbox' } });
  expect(room.cards()[0]?.text).toMatch(
    /⏳ Waits, and goes on by itself: .*(?:none answers|No container engine answers)\./,
  );
  const { changes, chapter } = await room.task();
  const looks = room.engine.looks();
  await room.clock.advance(60 * 60_000);
  await room.rest();
  expect([room.runtime.stepRequests.length, room.ran]).toEqual([asked, ['shell first']]);
  expect(await room.task()).toMatchObject({ status: 'build', changes, chapter, waits: { for: 'sandbox' } });
  // About once a minute.
  expect(room.engine.looks() - looks).toBeLessThan(75);
  room.engine.start();
  await room.clock.advance(60_000);
  await room.rest();
  expect(room.ran).toEqual(['shell first', 'shell second', 'shell third']);
  expect(await room.task()).toMatchObject({ status: 'complete', failure: null });
  expect(heard(room)).toEqual(Array(3).fill('Exit code 0.\nstdout:\ndone'));
});

it('goes on within seconds where the engine was away for seconds', async () => {
  const room = await engineRoom({
    build: ({ done: rounds }) => {
      if (rounds.length === 1) void room.engine.end();
      return [shell('first'), shell('second')][rounds.length] ?? done;
    },
  });
  room.mara.say(room.chat, '!task Build it');
  await room.settle();
  await room.clock.advance(3_000);
  await room.settle();
  expect(room.ran).toEqual(['shell first']);
  room.engine.start();
  await room.clock.advance(4_000);
  await room.settle();
  expect(room.ran).toEqual(['shell first', 'shell second']);
});

it('what must not be begun twice is done once, where the engine was away before it was begun', async () => {
  const room = await engineRoom({
    build: ({ done: rounds }) => [shell('first'), { calls: [['deploy', {}] as const] }][rounds.length] ?? done,
  });
  room.mara.say(room.chat, '!task Build it');
  await room.rest();
  expect((await room.task()).waits?.for).toBe('approval');
  await room.engine.end();
  room.mara.react(room.chat, room.message('@mara: ✋ May I').id, '✅');
  await room.rest();
  expect(await room.task()).toMatchObject({ waits: { for: 'sandbox', before: { for: 'approval' } } });
  room.engine.start();
  await room.clock.advance(60_000);
  await room.rest();
  expect(room.ran).toEqual(['shell first', 'shell deploy']);
  expect(heard(room)).toEqual(['Exit code 0.\nstdout:\ndone', 'Deployed.']);
  expect((await room.task()).status).toBe('complete');
  const said = room.thread().map(({ text }) => text);
  expect(said.filter(text => /Nobody knows whether|✋ May I/.test(text))).toHaveLength(1);
});

it('a call that may be repeated is, where the workspace ends in the middle of it; the model hears what came of it', async () => {
  let ends = 2;
  const search = { calls: [['look_at_files', { action: 'search', pattern: 'x' }] as const] };
  const room = await engineRoom({ build: ({ done: rounds }) => [search][rounds.length] ?? done }, async engine => {
    if (ends-- > 0) {
      await engine.endContainers();
      await new Promise(() => undefined);
    }
  });
  room.mara.say(room.chat, '!task Build it');
  await room.rest();
  expect(heard(room)).toEqual(['Exit code 0.\nstdout:\n1:found']);
  expect(room.ran).toHaveLength(3);
});

it('one that ends each time is told of after a few tries, and one that may not be repeated at once', async () => {
  const search = { calls: [['look_at_files', { action: 'search', pattern: 'x' }] as const] };
  const room = await engineRoom(
    { build: ({ done: rounds }) => [search, shell('x')][rounds.length] ?? done },
    async engine => {
      await engine.endContainers();
      await new Promise(() => undefined);
    },
  );
  room.mara.say(room.chat, '!task Build it');
  await room.rest();
  expect(room.ran).toEqual(['search x', 'search x', 'search x', 'shell x']);
  expect(heard(room)).toEqual(Array(2).fill(expect.stringMatching(/Look at what is there before you go on/)));
});

it('the tests of a plan wait for the engine, and so do files that are handed in', async () => {
  const room = await engineRoom({
    design: () => ({ calls: [['submit_plan', { steps: ['a'], checks: ['b'], tests: 'make test' }]] }),
    build: ({ done: rounds }) => {
      if (rounds.length === 0)
        return { calls: [['change_files', { action: 'write', path: 'output/a', content: 'a' }]] };
      void room.engine.end();
      return { calls: [['submit_work', { summary: 'It is built.', files: [{ path: 'output/a' }] }]] };
    },
    test: ({ done: rounds }) => {
      if (rounds.length > 0)
        return { calls: [['submit_checks', { checks: [{ check: 1, passed: true, how: 'seen' }] }]] };
      void room.engine.end();
      return { calls: [['run_tests', {}]] };
    },
  });
  const waits = async (): Promise<[string, string | undefined]> => {
    await room.rest();
    const { status, waits: wait } = await room.task();
    return [status, wait?.for];
  };
  const goOn = async (): Promise<void> => {
    room.engine.start();
    await room.clock.advance(60_000);
  };
  room.mara.say(room.chat, '!task Build it');
  expect(await waits()).toEqual(['build', 'sandbox']);
  await goOn();
  expect(await waits()).toEqual(['test', 'sandbox']);
  await goOn();
  expect(await waits()).toEqual(['complete', undefined]);
  expect(room.files()).toHaveLength(1);
});

it('who has no workspace yet works with words alone where there is no engine, as ever', async () => {
  const room = await engineRoom({});
  await room.engine.end();
  room.mara.say(room.chat, '!task A haiku');
  await room.rest();
  expect((await room.task()).status).toBe('complete');
});
