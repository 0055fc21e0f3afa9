import { expect, it } from 'vitest';
import type { Programs } from '../../../sandboxes/memory/program.ts';
import { memorySandbox } from '../../../sandboxes/memory/sandbox.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { heldClock } from '../../fakes/clock.ts';
import { taskRoom } from '../support/room.ts';
import { worker } from '../support/worker.ts';

const fetches = 'curl https://api.example.org/prices';

/** A room whose agents make these calls of `shell`, or of `python` where they have code, one after the other, in a workspace that says what may be reached. */
async function room(...calls: readonly Readonly<Record<string, unknown>>[]) {
  const clock = heldClock();
  const programs: Programs = {
    bash: ({ print, grants }) => void print(grants.map(({ host, port = 443 }) => `${host}:${port}`).join(' ')),
    sh: () => 0,
    'venv/bin/python': ({ print, grants }) => void print(grants.map(({ host }) => host).join(' ')),
  };
  const grants = [{ host: 'pypi.org' }, { host: '*.pythonhosted.org' }];
  const workTools = workspaceTools({ sandbox: memorySandbox({ clock, programs }), clock, grants, pageOf });
  const all = await taskRoom({ clock, workTools, settings: { access: everybodyIs('admin') } });
  const heard: string[] = [];
  all.runtime.work(
    worker({
      build({ done }) {
        heard.push(...(done.at(-1)?.calls.map(({ result }) => result) ?? []));
        const call = calls[done.length];
        return {
          calls: [
            call === undefined ? ['submit_work', { summary: 'Done.' }] : ['code' in call ? 'python' : 'shell', call],
          ],
        };
      },
    }),
  );
  all.mara.say(all.chat, '!task Fetch the prices');
  await all.rest();
  // Without what keeps names from becoming links.
  const asked = () =>
    all
      .thread()
      .map(({ text }) => text.replaceAll('\\', ''))
      .filter(text => text.includes('✋ May I'));
  return { ...all, heard, asked };
}

const usual = 'pypi.org:443 *.pythonhosted.org:443';

it('a command that needs a new host waits for a ✅, reaches it while it runs, and no other command does', async () => {
  const { mara, chat, rest, heard, asked, message, task } = await room(
    { command: fetches, hosts: ['api.example.org', 'api.example.org:8443'] },
    { command: fetches },
  );
  expect(heard).toEqual([]);
  expect(asked()[0]).toContain('**shell** lets this command reach api.example.org, api.example.org:8443');
  expect(asked()[0]).toContain(`"command": "${fetches}"`);
  mara.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  expect(heard).toEqual([
    `Exit code 0.\nstdout:\napi.example.org:443 api.example.org:8443 ${usual}`,
    `Exit code 0.\nstdout:\n${usual}`,
  ]);
  expect([asked().length, (await task()).status]).toEqual([1, 'complete']);
});

it('a Python program and the packages that it needs reach a new host likewise, after a ✅', async () => {
  const code = 'import requests';
  const { mara, chat, rest, heard, asked, message } = await room(
    { code, packages: ['prices'], hosts: ['api.example.org'] },
    { code },
  );
  expect(heard).toEqual([]);
  expect(asked()[0]).toContain('**python** lets this command reach api.example.org');
  mara.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  expect(heard).toEqual([
    'Exit code 0.\nstdout:\napi.example.org pypi.org *.pythonhosted.org',
    'Exit code 0.\nstdout:\npypi.org *.pythonhosted.org',
  ]);
  expect(asked()).toHaveLength(1);
});

it('❌ leaves it undone, and the same host for another command is asked for anew', async () => {
  const { mara, chat, rest, heard, asked, message } = await room(
    { command: fetches, hosts: ['api.example.org'] },
    { command: `${fetches}?q=1`, hosts: ['api.example.org'] },
  );
  mara.react(chat, message('@mara: ✋').id, '❌');
  await rest();
  expect(heard).toEqual([expect.stringContaining('a person said no')]);
  expect(asked()).toHaveLength(2);
});

it('nobody is asked for what may be reached anyway, nor for what is no name of one host', async () => {
  const wrong = ['127.0.0.1', '[::1]', '*.example.org', 'https://example.org', 'localhost', 'example.org:99999', 'a b'];
  const { heard, asked } = await room(
    { command: 'pip download x', hosts: ['PyPI.org', 'files.pythonhosted.org'] },
    ...wrong.map(host => ({ command: fetches, hosts: [host] })),
  );
  expect(heard[0]).toBe(`Exit code 0.\nstdout:\n${usual}`);
  for (const [index, host] of wrong.entries()) expect(heard[index + 1], host).toContain('The arguments do not fit.');
  expect(asked()).toEqual([]);
});
