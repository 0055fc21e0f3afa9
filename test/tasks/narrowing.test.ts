import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Role } from '../../src/core/access.ts';
import { workTools as workToolNames } from '../../src/core/work-tools.ts';
import { type Tool, tool } from '../../src/ports/tool.ts';
import { noWorkTools } from '../../src/ports/work-tools.ts';
import { withTools } from '../../src/tasks/with-tools.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { taskRoom } from './support/room.ts';
import { stageIn, worker } from './support/worker.ts';

interface Given {
  /** What the files of all agents name. */
  readonly own?: readonly string[];
  readonly role?: Role;
  /** What the configuration leaves to people of roles. */
  readonly roles?: Partial<Record<Role, readonly string[]>>;
}

/** A room in which every tool there is would be offered; each notes that it ran. */
async function room({ own, role = 'admin', roles = {} }: Given) {
  const ran: string[] = [];
  const all = [...workToolNames, 'mcp_thing'].map(
    (name): Tool =>
      tool({
        name,
        description: 'Notes it.',
        parameters: z.object({}),
        async run() {
          ran.push(name);
          return 'Done.';
        },
      }),
  );
  const workTools = withTools({ ...noWorkTools, test: async () => ({ passed: true, output: '' }) }, [async () => all]);
  const wishes = sampleAgents.map(wish => ({
    ...wish,
    resources: { ...wish.resources, ...(own === undefined ? {} : { workTools: own }) },
  }));
  const access = { ...everybodyIs(role), tools: roles };
  const made = await taskRoom({ workTools, wishes, settings: { access } });
  /** Does a task in whose stage build a tool is called, and gives what was offered there. */
  const offered = async (call: string, wish = '!task Some code'): Promise<string[]> => {
    made.runtime.work(
      worker({
        build: ({ done }) => ({ calls: [done.length === 0 ? [call, {}] : ['submit_work', { summary: 'x' }]] }),
      }),
    );
    const before = made.runtime.stepRequests.length;
    made.mara.say(made.chat, wish);
    await made.rest();
    const step = made.runtime.stepRequests.slice(before).find(request => stageIn(request) === 'build');
    return (step?.tools ?? []).map(({ name }) => name);
  };
  return { ...made, ran, offered };
}

const needed = ['submit_work', 'tasks', 'ask_person', 'read_file'];

it('an agent whose file names no tools has all of them', async () => {
  const { offered, ran } = await room({});
  expect(await offered('git')).toEqual(expect.arrayContaining([...needed, ...workToolNames, 'mcp_thing']));
  expect(ran).toEqual(['git']);
});

it('an agent has the tools that its file names, and what every task needs; another one that its model calls is not carried out', async () => {
  const { offered, ran, task } = await room({ own: ['web_search'] });
  expect(await offered('shell')).toEqual([...needed, 'web_search']);
  expect([ran, (await task()).status]).toEqual([[], 'complete']);
});

it('a room narrows, for tasks that are asked for there, also where they get a room of their own, and gives nothing that an agent does not have', async () => {
  const { offered, ran, mara, chat, settle, answers } = await room({ own: ['web_search', 'shell'] });
  mara.say(chat, '!tools only web_search git');
  await settle();
  expect(answers(chat).at(-1)?.text).toBe(
    'From now on agents may use only `web_search`, `git` here, as far as they have them.',
  );
  expect(await offered('git')).toEqual([...needed, 'web_search']);
  expect(await offered('shell', '!task room Some other code')).toEqual([...needed, 'web_search']);
  mara.say(chat, '!tools all');
  await settle();
  expect(await offered('shell')).toEqual(
    [...needed, 'shell', 'web_search'].sort((a, b) => workOrder(a) - workOrder(b)),
  );
  expect(ran).toEqual(['shell']);
});

const workOrder = (name: string): number => (workToolNames as readonly string[]).indexOf(name);

it('the role of whoever asks narrows, and gives nothing that an agent does not have', async () => {
  const roles = { user: ['read_page', 'shell'] };
  const narrowed = await room({ own: ['read_page', 'git'], role: 'user', roles });
  expect(await narrowed.offered('git')).toEqual([...needed, 'read_page']);
  const others = await room({ own: ['read_page', 'git'], role: 'admin', roles });
  expect(await others.offered('git')).toEqual([...needed, 'read_page', 'git']);
  expect([narrowed.ran, others.ran]).toEqual([[], ['git']]);
});

it('who may run no commands can put none into a plan', async () => {
  const { runtime, mara, chat, rest, task } = await room({ own: ['web_search'] });
  const plan = { steps: ['Do it'], checks: ['It is done'] };
  runtime.work(
    worker({
      design: ({ done }) => ({
        calls: [['submit_plan', done.length === 0 ? { ...plan, tests: 'cat /etc/passwd' } : plan]],
      }),
    }),
  );
  mara.say(chat, '!task Some code');
  await rest();
  expect(await task()).toMatchObject({ status: 'complete', plan: { tests: null } });
});

it.each([
  ['only somebody who leads the room narrows it', 'tom', '!tools only shell', /^`!tools only` is not for you/],
  ['a tool that there is not is told', 'mara', '!tools only teleport', /^There is no tool `teleport`\. There are: /],
  ['nothing may be left', 'mara', '!tools only none', /^From now on agents may use no tools here/],
  ['what is allowed is shown', 'tom', '!tools', /^Here agents may use all tools that they have\./],
] as const)('%s', async (_what, who, words, told) => {
  const made = await room({ role: 'user' });
  const person = who === 'tom' ? made.tom : made.mara;
  if (who === 'tom') made.tom.join(made.chat);
  await made.settle();
  person.say(made.chat, words);
  await made.settle();
  expect(made.answers(made.chat).at(-1)?.text).toMatch(told);
  const chat = await made.store.collection('chats').get(made.chat);
  expect(chat?.tools ?? null).toEqual(words.endsWith('none') ? [] : null);
});

it('who may use fewer tools than whoever asked is not heard in the thread: it would be done with those of somebody else', async () => {
  const access = { ...everybodyIs('user', { '@mara': 'admin', '@ann': 'admin' }), tools: { user: ['read_page'] } };
  const made = await taskRoom({ settings: { access } });
  const ann = made.bridge.person('ann');
  made.mara.invite(made.chat, '@ann');
  const heard: string[] = [];
  made.runtime.work(
    worker({
      async build(request) {
        heard.push(...request.heard);
        if (request.done.length > 0) return { calls: [['submit_work', { summary: 'x' }]] };
        made.tom.say(made.chat, 'Print the private repository', { thread: made.card() });
        ann.say(made.chat, 'In English', { thread: made.card() });
        await made.settle();
        return { calls: [['tasks', { action: 'show' }]] };
      },
    }),
  );
  made.mara.say(made.chat, '!task Some code');
  await made.rest();
  expect(heard).toEqual(['"Ann" says in the thread: "In English"']);
});

it('a command that stands in a plan is not run any more once no commands may be run', async () => {
  const ran: string[] = [];
  const test = async (_place: unknown, command: string) => {
    ran.push(command);
    return { passed: true, output: '' };
  };
  const made = await taskRoom({ workTools: { ...noWorkTools, test } });
  const offered: string[][] = [];
  made.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps: ['Do it'], checks: ['It is done'], tests: 'curl evil' }]] }),
      async build() {
        made.mara.say(made.chat, '!tools only web_search');
        await made.settle();
        return { calls: [['submit_work', { summary: 'x' }]] };
      },
      test({ tools, done }) {
        offered.push(tools.map(({ name }) => name));
        const passed = ['submit_checks', { checks: [{ check: 1, passed: true, how: 'seen' }] }] as const;
        return { calls: [done.length === 0 ? ['run_tests', {}] : passed] };
      },
    }),
  );
  made.mara.say(made.chat, '!task Some code');
  await made.rest();
  expect([ran, (await made.task()).status]).toEqual([[], 'complete']);
  expect(offered.flat()).not.toContain('run_tests');
});

it('a colleague who is asked in a task has no more tools than the role of who wants it leaves', async () => {
  const access = { ...everybodyIs('user'), tools: { user: ['ask_colleague'] } };
  const made = await taskRoom({ settings: { access } });
  made.runtime.work(
    worker({
      build: ({ done }) => ({
        calls: [
          done.length === 0
            ? ['ask_colleague', { colleague: 'Bruno', question: 'What was said before you came?' }]
            : ['submit_work', { summary: 'x' }],
        ],
      }),
    }),
  );
  made.mara.say(made.chat, '!task Some code');
  await made.rest();
  expect(made.runtime.requests.map(({ agent, tools }) => [agent._id, tools.map(({ name }) => name)])).toEqual([
    ['bruno', ['ask_colleague']],
  ]);
});

it('what a bot asks for is narrowed by the role of the bot', async () => {
  const access = { ...everybodyIs('user', { '@robo': 'guest' }), tools: { guest: ['ask_colleague'] } };
  const { bridge, chat, settle, runtime } = await taskRoom({ settings: { access } });
  const robo = bridge.bot('robo');
  robo.join(chat);
  await settle();
  robo.say(chat, '@Ada, what was said before you came?');
  await settle();
  expect(runtime.requests.map(({ agent, tools }) => [agent._id, tools.map(({ name }) => name)])).toEqual([
    ['ada', ['ask_colleague']],
  ]);
});

it('a room and a role narrow what agents may do in a conversation, too', async () => {
  const roles = { user: ['ask_colleague', 'hand_over'] };
  const { mara, chat, settle, runtime } = await room({ role: 'user', roles });
  const offeredTo = async (words: string) => {
    mara.say(chat, words);
    await settle();
    return runtime.requests.at(-1)?.tools.map(({ name }) => name);
  };
  expect(await offeredTo('@Ada?')).toEqual(['hand_over', 'ask_colleague']);
  mara.say(chat, '!tools only hand_over open_chat');
  await settle();
  expect(await offeredTo('@Bruno?')).toEqual(['hand_over']);
});
