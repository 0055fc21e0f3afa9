import { expect, it } from 'vitest';
import { taskRoom } from './support/room.ts';
import { calledIn, worker } from './support/worker.ts';

it('how far a stage is follows from the steps of the plan, and stands on the card', async () => {
  const room = await taskRoom();
  room.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps: ['One', 'Two', 'Three', 'Four'], checks: ['It is done'] }]] }),
      build: (request, signal) => {
        const steps = [[1], [1, 2, 3]][request.done.length];
        if (steps !== undefined) return { calls: [['tasks', { action: 'steps_done', steps }]] };
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(room.published('TaskProgressed').map(({ data }) => data.percent)).toEqual([25, 75]);
  expect((await room.task()).stageProgress).toBe(75);
  const card = room.cards()[0]?.text ?? '';
  expect(card).toContain('design → **build 75 %** → test → review');
  expect(card).toContain('3 of 4 steps of the plan are done.');
});

it('the card of a task with much progress is edited a bounded number of times, and shows its end', async () => {
  const room = await taskRoom();
  const all = Array.from({ length: 20 }, (_, index) => index + 1);
  room.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps: all.map(nth => `Step ${nth}`), checks: ['It is done'] }]] }),
      build: async ({ done }) => {
        await room.clock.advance(3_000);
        const step = all[done.length];
        return {
          calls: [
            step === undefined
              ? ['submit_work', { summary: 'All.' }]
              : ['tasks', { action: 'steps_done', steps: [step] }],
          ],
        };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  for (let round = 0; round < 10; round += 1) await room.rest();
  expect(room.published('TaskProgressed')).toHaveLength(20);
  const card = await room.store.collection('task_cards').get((await room.task())._id);
  // Twelve in a stage at most, and a few for the other stages.
  expect(card?.card?.edits).toBeGreaterThan(3);
  expect(card?.card?.edits).toBeLessThan(20);
  expect(room.cards().map(({ text }) => text.includes('✅ complete'))).toEqual([true]);
});

it('a part goes to an agent that has the skills that it needs, and waits where nobody has them', async () => {
  const room = await taskRoom();
  const results: string[] = [];
  const works = worker();
  const parts = [
    { text: 'A part with numbers', skills: ['sql'] },
    { text: 'A part to look up', skills: ['Research', 'web'] },
    { text: 'A part of all', skills: ['sql', 'typescript'] },
    { text: 'A part of the sea', skills: ['diving'] },
  ];
  room.runtime.work((request, signal) =>
    worker({
      build(asked) {
        if (asked.conversation[0]?.text.includes('"title":"A part')) return works(asked, signal);
        const last = asked.done.at(-1)?.calls.at(-1)?.result;
        if (last !== undefined) results.push(last);
        const part = parts[calledIn(asked).length];
        return { calls: [['tasks', part === undefined ? { action: 'wait' } : { action: 'create', ...part }]] };
      },
    })(request, signal),
  );
  room.mara.say(room.chat, '!task Write about much');
  await room.rest();
  await room.rest();
  expect([(await room.task(2)).builders, (await room.task(3)).builders]).toEqual([['bruno'], ['clara']]);
  expect((await room.task(4)).waits).toMatchObject({
    for: 'agent',
    why: 'No agent has the skills that it needs: sql, typescript.',
  });
  expect(results[3]).toMatch(/^Not made: no agent has the skills \["diving"\]\. There are: \["code","typescript"/);
});
