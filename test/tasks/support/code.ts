import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { githubHost } from '../../../src/code-hosts/github/code-host.ts';
import type { GitHost } from '../../../src/core/git/git-host.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { githubTools } from '../../../src/tasks/github/github-tool.ts';
import { withTools } from '../../../src/tasks/with-tools.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { heldClock } from '../../fakes/clock.ts';
import { gitServer } from '../../fakes/git-server.ts';
import { fakeGithub } from '../../fakes/github.ts';
import { hostSandbox } from '../../fakes/host-sandbox.ts';
import type { TestParley } from '../../fakes/installation.ts';
import { looking } from './room.ts';

/** Where the repository is. */
export const repository = 'http://git.example/acme/app';

/** A repository on a server with an API, and the tools for both. */
export async function codeWorld() {
  const server = await gitServer({ token: 'tk-of-the-operator', isPrivate: true });
  server.create('acme/app', { 'add.py': 'def add(a, b):\n    return a - b\n' });
  const github = await fakeGithub({ token: 'tk-of-the-operator', repository: 'acme/app' });
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
  const host = {
    url: 'http://git.example',
    repositories: ['acme/*'],
    token: 'tk-of-the-operator',
    username: 'x-access-token',
  };
  const hosts: GitHost[] = [{ ...host, api: github.url, internal: true }];
  const open = () => githubHost({ api: github.url, token: 'tk-of-the-operator', repository: 'acme/app' });
  const workTools = withTools(workspaceTools({ sandbox, clock, grants: [], git: hosts, pageOf: text => text }), [
    githubTools({ hosts, open }),
  ]);
  const bridge = memoryBridge(memoryNetwork({ clock }));
  return { server, github, clock, workTools, bridge, store: openMemoryStore({ clock }) };
}

/** Lets time pass, real time too, and answers what is asked for, until that is so. */
export async function until(
  test: TestParley,
  { chat, answer = '✅' }: { readonly chat: Parameters<typeof looking>[1]; readonly answer?: string },
  isSo: () => Promise<boolean>,
): Promise<void> {
  const answered = new Set<string>();
  const mara = test.bridge.person('mara');
  for (const end = Date.now() + 90_000; !(await isSo()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`it takes too long: ${JSON.stringify(looking(test, chat).thread())}`);
    await test.clock.advance(200);
    const asked = [...test.bridge.network.room(chat).shown.values()].filter(({ text }) => text.includes('✋ May I'));
    for (const { id } of asked.filter(one => !answered.has(one.id))) {
      mara.react(chat, id, answer);
      answered.add(id);
    }
  }
}
