import { expect, it } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import { runCall } from '../../../src/ports/run-call.ts';
import { codeWorld, repository } from '../../tasks/support/code.ts';
import { type Doing, nextJob } from './jobs.ts';

const { signal } = new AbortController();
const log = { warn: () => undefined };
const place = {
  agent: { _id: agentId('ada'), name: 'Ada' } as Agent,
  task: taskId(messageId(bridgeName('test'), '$event')),
  number: 7,
  stage: 'build',
  needsWorkspace: false,
  isNamed: async () => false,
} as const;

/** Does errands with real git; what is called, as the model reads it. */
async function office() {
  const { server, github, workTools } = await codeWorld();
  const call = async ({ name, input }: Doing): Promise<string> => {
    if (name === 'email') return 'Sent to otto@example.org.';
    const tools = await workTools.offer(place, signal);
    return runCall({ id: '1', name, input }, { tools, log, signal, name: `${JSON.stringify(input)}` });
  };
  await call({ name: 'shell', input: { command: 'mkdir -p output' } });
  const work = async (key: string, byHand = false) => {
    const done: (Doing & { readonly result: string })[] = [];
    for (;;) {
      const doing = nextJob(done, { key, repository, byHand });
      if (doing.name === 'submit_work' || done.length > 30) return { doing, done };
      done.push({ ...doing, result: await call(doing) });
    }
  };
  return { server, github, work };
}

const names = (done: readonly Doing[]): string[] => done.map(({ name, input }) => `${input.action ?? name}`);

it('notes it, mails it, pushes a branch and opens a pull request and an issue; again, it finds all of it', async () => {
  const { server, github, work } = await office();
  const first = await work('k1');
  const branch = ['clone', 'branch', 'write', 'commit', 'push', 'open_pull'];
  expect(names(first.done)).toEqual(['shell', 'email', ...branch, 'list_issues', 'open_issue']);
  expect(first.doing.input).toMatchObject({ summary: 'k1 is noted.', files: [{ path: 'output/ledger.txt' }] });
  await work('k1');
  expect(server.git('acme/app', 'log', '--format=%s', 'main..k1')).toBe('k1');
  expect(github.items.map(({ kind, title }) => [kind, title])).toEqual([
    ['pull', 'k1'],
    ['issue', 'k1'],
  ]);
}, 120_000);

it('without a workspace it writes it down where it hands it in', async () => {
  const { work } = await office();
  const { done, doing } = await work('k2', true);
  expect(names(done)).toEqual(['email', 'list_issues', 'open_issue']);
  expect(doing.input).toMatchObject({ summary: 'k2 is noted by hand.', files: [{ content: 'k2\n' }] });
}, 120_000);
