import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../../e2e/driver/person.ts';
import type { RoomMessage } from '../../e2e/driver/room-view.ts';
import { toolModel } from '../../e2e/driver/settings.ts';
import { World } from '../../e2e/driver/world.ts';
import { call, type Script, say } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';
import { describeWith } from '../../servers.ts';

const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);
const results = ({ body }: ModelRequest): string[] =>
  (body.messages ?? []).flatMap(({ role, content }) =>
    role === 'tool' && typeof content === 'string' ? [content] : [],
  );

const program = (sign: string): Script =>
  calls('change_files', { action: 'write', path: 'src/add.py', content: `def add(a, b):\n    return a ${sign} b\n` });
const tests = 'from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n';

/** What the model is told of its mistakes, by what it did. */
const told: Record<string, string> = {};

/**
 * A model with the weaknesses of real ones: it makes up arguments and tools, looks where nothing is, prints far too much, refuses, says that it is done without
 * having called anything, hands in what does not work, and mends it when it is sent back.
 */
const clumsy: Rule = request => {
  const tools = new Set((request.body.tools ?? []).map(({ function: { name } }) => name));
  const isLoop = request.everything.includes('for ever');
  if (tools.has('submit_plan'))
    return calls('submit_plan', {
      steps: ['Write it'],
      checks: ['It adds'],
      ...(isLoop || request.everything.includes('slowly') ? {} : { tests: 'cd src && python3 -m pytest -q' }),
    });
  if (isLoop) return calls('shell', { command: 'echo again' });
  if (request.everything.includes('slowly'))
    return calls('shell', { command: 'while :; do echo x >> alive; sleep 0.02; done', seconds: 300 });
  if (tools.has('submit_work')) return request.everything.includes('sent it back') ? mended : build(request);
  if (tools.has('submit_checks')) return check(request);
  if (!tools.has('submit_review')) return undefined;
  const isGood = request.everything.includes('with a note');
  return calls('submit_review', { accepted: isGood, reasons: isGood ? 'It adds, and says so.' : 'Say how to use it.' });
};

const firstSteps: Readonly<Record<string, () => Script>> = {
  'made-up arguments': () => calls('shell', { cmd: 'ls', timeout: 'short' }),
  'a made-up tool': () => calls('browser_open', { url: 'https://example.org' }),
  'a wrong turn': () => calls('look_at_files', { action: 'read', path: 'src/sum.py' }),
  'huge output': () => calls('shell', { command: 'seq 1 3000000' }),
  'a program that is wrong': () => program('-'),
  'its tests': () => calls('change_files', { action: 'write', path: 'src/test_add.py', content: tests }),
};

function build(request: ModelRequest): Script {
  const done = results(request);
  const names = Object.keys(firstSteps);
  for (const [index, result] of done.entries()) told[names[index] ?? ''] ??= result;
  if (request.everything.includes('Ran them.')) return done.length === 0 ? program('+') : handIn('A sum.');
  const next = firstSteps[names[done.length] ?? ''];
  if (next !== undefined) return next();
  // It refuses first, then it says that it is done, and only then it hands it in.
  if (!request.everything.includes('You called no tool')) return say('I am sorry, but I cannot help with that.');
  return handIn('A sum.');
}

const handIn = (summary: string): Script =>
  calls('submit_work', { summary, files: [{ path: 'src/add.py' }, { path: 'src/test_add.py' }] });

const mended = handIn('A sum, with a note on how to use it.');

function check(request: ModelRequest): Script {
  const last = results(request).at(-1) ?? '';
  if (!last.startsWith('They ')) return calls('run_tests', {});
  return calls('submit_checks', { checks: [{ check: 1, passed: last.startsWith('They passed'), how: 'Ran them.' }] });
}

describeWith('sandbox', 'a task in a workspace, whose model is clumsy', () => {
  describeWith('synapse', 'in a room', () => {
    let world: World;
    let mara: Person;
    let room: string;
    const folder = mkdtempSync(join(tmpdir(), 'parley-workspaces-'));

    beforeAll(async () => {
      const { PARLEY_TEST_SANDBOX: host = '', PARLEY_TEST_WORKSPACE_IMAGE: image = '' } = process.env;
      world = await World.start(url => ({
        config: {
          ...toolModel(url),
          floor: { findBots: false },
          tasks: { stepsPerStage: 15 },
          sandbox: { engine: 'docker', image, folder, warm: 0, memoryMiB: 512 },
        },
        env: { DOCKER_HOST: host },
      }));
      world.model.rule(clumsy);
      mara = await world.newPerson('Mara');
      room = await world.room(mara, [world.agents.ada, world.agents.bruno, world.agents.parley]);
    });
    afterAll(async () => {
      await world?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const cardOf = (number: number, what = ''): Promise<RoomMessage> =>
      mara.waitForMessage(room, ({ body }) => body.startsWith(`**Task #${number}:**`) && body.includes(what), 120_000);
    const inThread = (card: RoomMessage, what: string): Promise<RoomMessage> =>
      mara.waitForMessage(room, ({ body, thread }) => thread === card.id && body.includes(what), 120_000);

    it('comes to its end over mistakes, a refusal, tests that fail and a review that sends back', async () => {
      await mara.say(room, '!task Write a program that adds, with tests');
      const card = await cardOf(1);
      const end = await inThread(card, 'task #1 ');
      expect(end.body).toContain('task #1 is done');
      expect(end.body).toContain('with a note on how to use it');
      expect((await cardOf(1, '✅ complete')).body).toContain('Sent back 2 times.');
      expect(told['made-up arguments']).toContain('The arguments do not fit.');
      expect(told['a made-up tool']).toContain('There is no such tool.');
      expect(told['a wrong turn']).toContain('is not there');
      const huge = told['huge output'] ?? '';
      expect(huge).toMatch(/bytes are left out/);
      expect(huge).toMatch(/\(All \d+ bytes of it are in \S+\)/);
      expect(huge.length).toBeLessThan(16_000);
    }, 300_000);

    it('that does the same for ever is ended, and people are told what is left', async () => {
      await mara.say(room, '!task Go on for ever');
      const card = await cardOf(2);
      const end = await inThread(card, 'task #2 ');
      expect(end.body).toContain('task #2 failed');
      expect(end.body).toContain('What is left of the plan:\n- Write it');
      const asked = world.model.requests.filter(({ everything }) => everything.includes('for ever'));
      expect(asked.length).toBeLessThan(60);
    }, 300_000);

    it('🛑 on its card ends the command that runs in the container, within a second', async () => {
      await mara.say(room, '!task Do it slowly');
      const card = await cardOf(3);
      const alive = await found(() => globSync(join(folder, '*', 'tasks', '3-*', 'alive'))[0]);
      const stoppedAt = Date.now();
      await mara.react(room, card.id, '🛑');
      await cardOf(3, '⏸ paused');
      await sleep(1_500);
      const { mtimeMs, size } = statSync(alive);
      expect(mtimeMs - stoppedAt).toBeLessThan(1_000);
      await sleep(500);
      expect(statSync(alive).size).toBe(size);
    }, 120_000);
  });
});

async function found(look: () => string | undefined): Promise<string> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
    const there = look();
    if (there !== undefined) return there;
  }
  throw new Error('It did not begin.');
}
