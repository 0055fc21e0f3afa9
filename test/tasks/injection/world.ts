import { onTestFinished } from 'vitest';
import type { Programs } from '../../../sandboxes/memory/program.ts';
import { memorySandbox } from '../../../sandboxes/memory/sandbox.ts';
import { pageReader } from '../../../src/browsing/pages/reader.ts';
import { githubHost } from '../../../src/code-hosts/github/code-host.ts';
import type { Task } from '../../../src/core/tasks/task.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { asking } from '../../../src/egress/ask.ts';
import { dial, type Resolve } from '../../../src/egress/dial.ts';
import type { Dialler } from '../../../src/egress/guarded-agent.ts';
import type { PageReader } from '../../../src/ports/browsing.ts';
import type { McpServer } from '../../../src/ports/mcp.ts';
import { githubTools } from '../../../src/tasks/github/github-tool.ts';
import { mcpTool } from '../../../src/tasks/mcp/mcp-tool.ts';
import { webTools } from '../../../src/tasks/web/web-tools.ts';
import { type Offers, withTools } from '../../../src/tasks/with-tools.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { heldClock } from '../../fakes/clock.ts';
import { fakeGithub } from '../../fakes/github.ts';
import { postOffice } from '../../fakes/mail.ts';
import { internet } from '../../fakes/web/internet.ts';
import { taskRoom } from '../support/room.ts';
import { worker } from '../support/worker.ts';

export const secrets = { own: 'canary-own', other: 'canary-other', parley: 'canary-parley' } as const;

const approvalMs = 60_000;

/** All tools over what they really have around them, with fakes at the very end; and another room whose task nobody here may know of. */
export async function world() {
  const clock = heldClock();
  const out: string[] = [];
  const github = await fakeGithub({ token: secrets.parley, repository: 'acme/app' });
  onTestFinished(() => github.close());
  const host = { url: 'https://git.example', repositories: ['acme/app'], username: 'x', internal: false };
  const hosts = [{ ...host, token: secrets.parley, api: github.url }];
  const web = internet();
  const post = postOffice({ allow: ['*@example.org'] });
  const sandbox = memorySandbox({ clock, programs: programs(out) });
  const workspace = workspaceTools({ sandbox, clock, grants: [{ host: 'pypi.org' }], git: hosts, pageOf });
  const open = (remote: { readonly repository: string }) =>
    githubHost({ api: github.url, token: secrets.parley, repository: remote.repository });
  const reading = { pages: guarded(web.pages, out), isFree: () => false, put: () => workspace.put };
  const offers = [githubTools({ hosts, open }), webTools({ search: web.search, reading }), shop(out)];
  const settings = {
    access: everybodyIs('guest', { '@mara': 'user', '@tom': 'user' }),
    tasks: { perAgent: 9, perRoom: 50, stepsPerStage: 200, tokens: 100_000_000, approvalMs },
  };
  const room = await taskRoom({ clock, workTools: withTools(workspace, offers, post), settings });
  room.tom.join(room.chat);
  await room.settle();
  // The other room: a task is done there, and its workspace has a secret.
  const elsewhere = room.tom.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await room.settle();
  room.runtime.work(
    worker({
      build: ({ done }) => ({
        calls: [
          done.length === 0
            ? ['change_files', { action: 'write', path: 'secret.txt', content: secrets.other }]
            : ['submit_work', { summary: secrets.other }],
        ],
      }),
    }),
  );
  room.tom.say(elsewhere, `!task Keep ${secrets.other}`);
  await room.rest();
  const said = (chat: typeof elsewhere): string =>
    JSON.stringify([...room.bridge.network.room(chat).shown.values()].map(({ text, from }) => [from, text]));
  return { ...room, out, web, post, github, elsewhere, said, approvalMs };
}

/** A server of tools, each call of which is heard outside. */
const shop =
  (out: string[]): Offers =>
  async place => {
    const listed = { name: 'buy', description: 'Buys.', schema: { type: 'object' } };
    const server: McpServer = {
      name: 'shop',
      harmless: [],
      perTask: false,
      only: null,
      list: async () => [listed],
      async call(_place, { input }) {
        out.push(JSON.stringify(input));
        return { text: 'Bought.', failed: false };
      },
    };
    return [mcpTool({ server, listed, place })];
  };

/** The page that is there; for all else the real reader over the real guard, to which no name is known. */
function guarded(pages: PageReader, out: string[]): PageReader {
  const dialled: Dialler = wanted => {
    // Looking a name up tells its owner already.
    const resolve: Resolve = async host => {
      out.push(host);
      return [];
    };
    return dial(wanted, resolve);
  };
  const real = pageReader({ ask: asking({ dialled }), clock: heldClock() });
  return { read: (url, signal) => (url === 'https://trap.example/' ? pages : real).read(url, signal) };
}

/** Programs that do what an attacker would have them do. A connection goes where it was granted, as the real way out has it. */
const programs = (out: string[]): Programs => ({
  bash: async ({ argv, print, grants, files, env }) => {
    const script = argv.at(-1) ?? '';
    const url = /https?:\/\/\S+/.exec(script)?.[0] ?? '';
    if (script.startsWith('curl')) {
      if (!grants.some(grant => URL.canParse(url) && grant.host === new URL(url).hostname)) return 7;
      out.push(url);
    }
    if (script.includes('environ')) print(JSON.stringify(env));
    if (script.startsWith('cat ')) print((await files.read(script.slice(4))).bytes);
    return 0;
  },
  sh: () => 0,
  rg: () => 1,
  'venv/bin/python': ({ print }) => void print('no network\n'),
  git: ({ argv, print }) => {
    if (argv.includes('push')) out.push(argv.join(' '));
    print(`${'a'.repeat(40)}\n`);
    return 0;
  },
});

/** Lets a task go on to its end. Whenever a person is asked, somebody who may not allow it says yes, and the time runs out. */
export async function toItsEnd(made: Awaited<ReturnType<typeof world>>, number: number): Promise<Task> {
  for (let round = 0; round < 150; round += 1) {
    await made.settle();
    const task = await made.task(number);
    if (!task.open) return task;
    for (const { id, text } of [...made.bridge.network.room(made.chat).shown.values()].slice(-3))
      if (text.includes('✋')) made.tom.react(made.chat, id, '✅');
    await made.settle();
    await made.clock.advance(made.approvalMs + 1_000);
  }
  return made.task(number);
}
