import { expect, it } from 'vitest';
import { z } from 'zod';
import { agentId, type TurnId, taskId } from '../../src/core/ids.ts';
import { type Tool, tool } from '../../src/ports/tool.ts';
import { noWorkTools, type WorkPlace, type WorkTools } from '../../src/ports/work-tools.ts';
import { withTools } from '../../src/tasks/with-tools.ts';
import { sampleAgents } from '../fakes/agents.ts';

const { signal } = new AbortController();
const named = (name: string): Tool =>
  tool({ name, description: 'Does it.', parameters: z.object({}), run: async () => name });
const place = {
  agent: { ...sampleAgents[0], _id: agentId('ada') },
  task: taskId('t' as TurnId),
  number: 1,
  stage: 'build',
} as unknown as WorkPlace;

it('offers the tools of the workspace first, then the others in their order', async () => {
  const tools = withTools({ ...noWorkTools, offer: async () => [named('shell')] }, [
    async () => [named('web_search'), named('read_page')],
    async () => [named('git')],
  ]);
  expect((await tools.offer(place, signal)).map(({ name }) => name)).toEqual([
    'shell',
    'web_search',
    'read_page',
    'git',
  ]);
});

it('an engine that comes back is noticed: files and tests are those that the workspace has by then', () => {
  let there = false;
  const workspace: WorkTools = {
    ...noWorkTools,
    get test() {
      return there ? async () => ({ passed: true, output: '' }) : undefined;
    },
  };
  const tools = withTools(workspace, []);
  expect(tools.test).toBeUndefined();
  there = true;
  expect(tools.test).toBeDefined();
});
