import { expect, it } from 'vitest';
import { stages } from '../../src/core/tasks/task.ts';
import { taskRoom } from './support/room.ts';
import { outside } from './support/tools.ts';
import { stageIn, worker } from './support/worker.ts';

it('each stage has instructions of its own, its own tools, and one that ends it', async () => {
  const room = await taskRoom({ workTools: outside().workTools });
  const seen = new Map<string, { readonly brief: string; readonly tools: readonly string[] }>();
  const works = worker();
  room.runtime.work((request, signal) => {
    const brief = request.conversation[0]?.text ?? '';
    seen.set(stageIn(request), { brief, tools: request.tools.map(({ name }) => name) });
    return works(request, signal);
  });
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect([...seen.keys()]).toEqual([...stages]);
  for (const stage of stages) expect(seen.get(stage)?.brief).toContain(`\nNow: ${stage}. `);
  const ends = stages.map(stage => seen.get(stage)?.tools.filter(name => name.startsWith('submit_')));
  expect(ends).toEqual([['submit_plan'], ['submit_work'], ['submit_checks'], ['submit_review']]);
  // What has effects is for who builds.
  expect(stages.filter(stage => seen.get(stage)?.tools.includes('publish'))).toEqual(['build']);
});
