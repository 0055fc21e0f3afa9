import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectFolder } from '../../e2e/driver/parley-process.ts';
import type { Person } from '../../e2e/driver/person.ts';
import type { RoomMessage } from '../../e2e/driver/room-view.ts';
import { toolModel } from '../../e2e/driver/settings.ts';
import { World } from '../../e2e/driver/world.ts';
import { type GitServer, gitServer } from '../../fakes/git-server.ts';
import { type FakeGithub, fakeGithub } from '../../fakes/github.ts';
import { call, type Script } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';
import { describeWith } from '../../servers.ts';

const token = 'tk-that-stays-outside-0123456789';
const tests = 'from add import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n';
const mended = 'def add(a, b):\n    return a + b\n';
const mendedSlowly = `import time\n\n\n${mended}`;

const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);
const results = ({ body }: ModelRequest): string[] =>
  (body.messages ?? []).flatMap(({ role, content }) =>
    role === 'tool' && typeof content === 'string' ? [content] : [],
  );

/** Mends the program, tests it, pushes it and opens a pull request; where a push is refused, it tries another branch. */
function mends(url: string): Rule {
  return request => {
    const tools = new Set((request.body.tools ?? []).map(({ function: { name } }) => name));
    const plan = { steps: ['Mend it'], checks: ['It adds'], tests: 'cd src/app && python3 -m pytest -q' };
    if (tools.has('submit_plan')) return calls('submit_plan', plan);
    if (tools.has('submit_work')) return build(request, url);
    if (tools.has('submit_checks'))
      return results(request).some(result => result.startsWith('They passed'))
        ? calls('submit_checks', { checks: [{ check: 1, passed: true, how: 'Its tests pass.' }] })
        : calls('run_tests', {});
    return tools.has('submit_review') ? calls('submit_review', { accepted: true, reasons: 'It adds.' }) : undefined;
  };
}

function build(request: ModelRequest, url: string): Script {
  const isSlow = request.everything.includes('slowly');
  const branch = isSlow ? 'fix/slowly' : 'fix/add';
  const git = (action: string, more: object = {}): Script => calls('git', { action, folder: 'src/app', ...more });
  const done = results(request);
  const commit = /Committed ([0-9a-f]{40})/.exec(done[3] ?? '')?.[1] ?? 'none';
  const refused = done.filter(result => result.startsWith('Not done: a person said no')).length;
  const steps: Script[] = [
    git('clone', { url }),
    git('branch', { branch }),
    calls('change_files', { action: 'write', path: 'src/app/add.py', content: isSlow ? mendedSlowly : mended }),
    git('commit', { message: 'Adds instead of taking away' }),
    git('push', { url, branch: isSlow ? branch : 'main', commit }),
    ...(refused > 0 ? [git('push', { url, branch, commit })] : []),
    calls('github', {
      action: 'open_pull',
      repository: url,
      head: branch,
      base: 'main',
      title: 'Adds',
      body: 'Now it adds.',
    }),
  ];
  return steps[done.length] ?? calls('submit_work', { summary: `All of it: ${done.slice(4).join(' | ')}` });
}

describeWith('sandbox', 'a program in a git repository', () => {
  describeWith('synapse', 'which agents mend', () => {
    let world: World;
    let server: GitServer;
    let github: FakeGithub;
    let mara: Person;
    let room: string;

    beforeAll(async () => {
      server = await gitServer({ token, isPrivate: true });
      server.create('acme/app', { 'add.py': 'def add(a, b):\n    return a - b\n', 'test_add.py': tests });
      github = await fakeGithub({ token, repository: 'acme/app' });
      github.branches(() =>
        server.git('acme/app', 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n'),
      );
      const host = { url: `http://${hostname()}:${server.port}`, repositories: ['acme/app'], internal: true };
      const { PARLEY_TEST_SANDBOX = '', PARLEY_TEST_WORKSPACE_IMAGE: image } = process.env;
      world = await World.start(url => ({
        preload: [join(projectFolder, 'test', 'crash', 'kill-at.ts')],
        env: { DOCKER_HOST: PARLEY_TEST_SANDBOX, GIT_TOKEN: token },
        config: {
          ...toolModel(url),
          floor: { findBots: false },
          sandbox: { image, memoryMiB: 512 },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file.
          git: { hosts: [{ ...host, token: '${GIT_TOKEN}', api: github.url }] },
        },
      }));
      world.model.rule(mends(`${host.url}/acme/app`));
      mara = await world.newPerson('Mara');
      room = await world.room(mara, [world.agents.ada, world.agents.bruno, world.agents.parley], {
        others: [world.owner],
      });
    });
    afterAll(async () => {
      await world?.stop();
      server?.close();
      github?.close();
    });

    const cardOf = (number: number): Promise<RoomMessage> =>
      mara.waitForMessage(room, ({ body }) => body.startsWith(`**Task #${number}:**`), 60_000);
    const asked = (card: RoomMessage, text: string): Promise<RoomMessage> =>
      mara.waitForMessage(
        room,
        ({ body, thread }) => thread === card.id && body.includes('✋ May I') && body.includes(text),
        120_000,
      );
    const ended = (card: RoomMessage): Promise<RoomMessage> =>
      mara.waitForMessage(
        room,
        ({ body, thread }) => thread === card.id && /task #\d+ (?:is done|failed)/.test(body),
        120_000,
      );

    it('asks before it pushes and opens; ❌ refuses, other arguments ask again, ✅ lets just that through', async () => {
      await mara.say(room, '!task Mend add.py in acme/app');
      const card = await cardOf(1);
      const first = await asked(card, '"branch": "main"');
      expect(first.body).toMatch(
        /\*\*git\*\* pushes [0-9a-f]{12} to main of .*"commit": "[0-9a-f]{40}".*Ada: Adds instead.*add\.py/s,
      );
      await world.owner.react(room, first.id, '❌');
      const second = await asked(card, '"branch": "fix/add"');
      expect(server.git('acme/app', 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
      await world.owner.react(room, second.id, '✅');
      const third = await asked(card, 'opens a pull request of fix/add into main');
      expect(third.body).toContain('"body": "Now it adds."');
      expect(github.items).toEqual([]);
      await world.owner.react(room, third.id, '✅');
      expect((await ended(card)).body).toContain('https://github.com/acme/app/pull/1');
      expect(server.git('acme/app', 'show', 'fix/add:add.py')).toBe(mended.trim());
      expect(server.git('acme/app', 'log', '--format=%an %s', 'main')).toBe('Mara first');
      expect(github.items).toMatchObject([{ kind: 'pull', head: 'fix/add', base: 'main', title: 'Adds' }]);
      const seen = JSON.stringify([mara.messages(room), world.model.requests.map(({ body }) => body)]);
      expect([seen.includes(token), seen.includes(btoa(`x-access-token:${token}`))]).toEqual([false, false]);
    }, 300_000);

    it('killed between an effect and its record, it does neither a second time', async () => {
      await world.parley.stop();
      // The calls up to the push: the plan, clone, branch, write, commit, push.
      await world.parley.start({ env: { PARLEY_KILL_AT: 'task.call.done:6' } });
      await mara.say(room, '!task Mend add.py in acme/app slowly');
      const card = await cardOf(2);
      await world.owner.react(room, (await asked(card, '"branch": "fix/slowly"')).id, '✅');
      await world.parley.waitForExit(120_000);
      const commit = server.git('acme/app', 'rev-parse', 'fix/slowly');
      const before = pushes(server);
      // The push is looked at again; then the pull request is opened.
      await world.parley.start({ env: { PARLEY_KILL_AT: 'task.call.done:2' } });
      await world.owner.react(room, (await asked(card, 'opens a pull request of fix/slowly')).id, '✅');
      await world.parley.waitForExit(120_000);
      expect(github.items).toHaveLength(2);
      await world.parley.start();
      expect((await ended(card)).body).toContain('https://github.com/acme/app/pull/2');
      expect([github.items.length, pushes(server), server.git('acme/app', 'rev-parse', 'fix/slowly')]).toEqual([
        2,
        before,
        commit,
      ]);
      const requests = mara
        .messages(room)
        .filter(({ body, thread }) => thread === card.id && body.includes('✋ May I'));
      expect(requests).toHaveLength(2);
    }, 400_000);
  });
});

/** How often commits came in. */
const pushes = ({ requests }: GitServer): number =>
  requests.filter(({ method, url }) => method === 'POST' && url.endsWith('git-receive-pack')).length;
