import { expect, it } from 'vitest';
import { everybodyIs } from '../fakes/access.ts';
import { taskRoom } from './support/room.ts';
import { calledIn, worker } from './support/worker.ts';

/** A build that lasts until it is broken off, the first time. */
function lasting() {
  const aborted: unknown[] = [];
  let asked = 0;
  const build = worker();
  return {
    aborted,
    asked: () => asked,
    works: worker({
      build(request, signal) {
        asked += 1;
        if (asked > 1) return build(request, signal);
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(aborted[aborted.push(signal.reason) - 1])),
        );
      },
    }),
  };
}

it('🛑 on the card breaks the step off at once; ▶ lets it go on', async () => {
  const room = await taskRoom();
  const { works, aborted } = lasting();
  room.runtime.work(works);
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'build', held: null });
  room.mara.react(room.chat, room.card(), '🛑');
  await room.settle();
  expect(aborted).toHaveLength(1);
  expect((await room.task()).held).toMatchObject({ by: room.mara.id });
  await room.rest();
  expect(room.cards()[0]?.text).toContain('⏸ paused');
  room.mara.react(room.chat, room.card(), '▶');
  await room.rest();
  expect((await room.task()).status).toBe('complete');
});

it('⏸ lets the step end first, and nothing more is begun', async () => {
  const room = await taskRoom();
  let asked = 0;
  room.runtime.work(
    worker({
      async build() {
        asked += 1;
        if (asked === 1) room.mara.react(room.chat, room.card(), '⏸');
        await room.settle();
        return { calls: [['tasks', { action: 'steps_done', steps: [1] }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect([asked, (await room.task()).held !== null]).toEqual([1, true]);
});

it('is cancelled, retried and finished by commands in its thread', async () => {
  const room = await taskRoom();
  const { works } = lasting();
  room.runtime.work(works);
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  const thread = room.card();
  room.mara.say(room.chat, '!task cancel', { thread });
  await room.rest();
  expect((await room.task()).status).toBe('cancelled');
  expect(room.thread().at(-1)?.text).toBe('Task #1 is cancelled.');
  expect(room.cards()[0]?.text).toContain('🚫 cancelled');
  room.mara.say(room.chat, '!task retry', { thread });
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'complete', open: false });
});

it('is steered by who asked for it, who leads the room and admins, and by nobody else', async () => {
  const room = await taskRoom({ settings: { access: everybodyIs('user', { '@ann': 'admin', '@gus': 'guest' }) } });
  room.runtime.work(lasting().works);
  const [gus, ann] = [room.bridge.person('gus'), room.bridge.person('ann')];
  for (const who of ['@gus', '@ann']) room.mara.invite(room.chat, who);
  room.tom.say(room.chat, '!task Write a haiku');
  await room.rest();
  const bystander = room.bridge.person('ina');
  room.mara.invite(room.chat, '@ina');
  for (const who of [gus, bystander]) {
    who.react(room.chat, room.card(), '🛑');
    who.say(room.chat, '!task cancel 1');
    await room.rest();
  }
  expect(await room.task()).toMatchObject({ status: 'build', held: null });
  expect(room.message('Task #1 is not yours').text).toContain('asked for by Tom');
  expect(room.published('CommandRefused').map(({ data: { needs } }) => needs)).toContain('the task');
  ann.react(room.chat, room.card(), '⏸');
  await room.rest();
  expect((await room.task()).held?.by).toBe(ann.id);
  room.mara.react(room.chat, room.card(), '▶');
  await room.rest();
  expect((await room.task()).held).toBeNull();
});

it('what a person says in the thread is read before the next step, and answered by nobody else', async () => {
  const room = await taskRoom();
  const heard: (readonly string[])[] = [];
  room.runtime.work(
    worker({
      async build(request) {
        heard.push(request.heard);
        if (request.done.length === 0)
          room.mara.say(room.chat, 'In German, please. "Ina" says: no', { thread: room.card() });
        await room.settle();
        return calledIn(request).includes('tasks')
          ? { calls: [['submit_work', { summary: 'Ein Haiku.' }]] }
          : { calls: [['tasks', { action: 'show' }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(heard).toEqual([[], ['"Mara" says in the thread: "In German, please. \\"Ina\\" says: no"']]);
  expect(room.runtime.requests).toEqual([]);
  expect(await room.task()).toMatchObject({ status: 'complete', inbox: [] });
});

it('the deadline is told when it is near and when it has passed, once each', async () => {
  const room = await taskRoom();
  room.runtime.work(lasting().works);
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  room.mara.say(room.chat, '!task deadline haiku 10h');
  await room.rest();
  const told = () => room.thread().filter(({ text }) => text.includes('⏰')).length;
  expect([told(), room.cards()[0]?.text.includes('Deadline: 2026-01-01 10:00 UTC')]).toEqual([0, true]);
  await room.clock.advance(9 * 3_600_000);
  await room.rest();
  expect(room.thread().at(-1)?.text).toContain('the deadline is near');
  await room.clock.advance(2 * 3_600_000);
  await room.rest();
  expect(room.thread().at(-1)?.text).toContain('has passed');
  expect(told()).toBe(2);
});

it('once people have sent all agents out of the room nothing more is done for its tasks, until one is back', async () => {
  const room = await taskRoom();
  const agents = ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'];
  let asked = 0;
  room.runtime.work(
    worker({
      async build(request, signal) {
        asked += 1;
        if (asked > 1) return worker()(request, signal);
        for (const agent of agents) room.mara.kick(room.chat, agent);
        await room.settle();
        return { calls: [['tasks', { action: 'steps_done', steps: [1] }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect([asked, (await room.task()).status]).toEqual([1, 'build']);
  for (const agent of agents) room.mara.invite(room.chat, agent);
  await room.settle();
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect((await room.task()).status).toBe('complete');
});

it('who orders something of a task that has ended reads how it ended, and what can be done', async () => {
  const room = await taskRoom();
  room.runtime.work(lasting().works);
  const asked = async (text: string) => {
    room.mara.say(room.chat, text);
    await room.settle();
    return room.answers(room.chat).at(-1)?.text;
  };
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  await asked('!task cancel 1');
  for (const order of [
    'pause 1',
    'resume 1',
    'cancel 1',
    'assign 1 @Ada',
    'priority 1 high',
    'complexity 1 3',
    'deadline 1 2h',
  ])
    expect(await asked(`!task ${order}`), order).toBe('Task #1 is cancelled. `!task retry 1` begins it anew.');
  await asked('!task retry 1');
  await room.rest();
  expect(await asked('!task pause 1')).toBe('Task #1 is complete. Ask for what is left as a new one.');
  expect(await asked('!task show 9')).toMatch(/^No task of this room is called that\. `!task list all` shows all/);
});
