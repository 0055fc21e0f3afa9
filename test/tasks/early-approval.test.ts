import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { paused, resumed, saidBy } from '../../src/core/tasks/stage-machine.ts';
import { orderTask } from '../../src/orchestrator/tasks/order-task.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { everybodyIs } from '../fakes/access.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { looking } from './support/room.ts';
import { outside } from './support/tools.ts';
import { calledIn, worker } from './support/worker.ts';

const pushes = worker({
  build: request =>
    calledIn(request).includes('push')
      ? { calls: [['submit_work', { summary: 'Pushed.' }]] }
      : { calls: [['push', { text: 'main' }]] },
});
const settings = { access: everybodyIs('user', { '@ann': 'admin' }) };
const nobody = saidBy(null, 0);

/** Parley dies after so many writes; where it had asked for approval by then, Ann reacts before anybody works on the task again. */
async function asksAndDies(writes: number, key: string, isPutOut = false) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const { mails, workTools } = outside();
  const mortal = mortalStore(store);
  const first = await testParley({ clock, bridge, store: mortal.store, workTools, settings });
  first.runtime.work(pushes);
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@ann'] });
  await first.settle();
  mortal.dieAfter(writes);
  mara.say(chat, '!task Write code');
  await looking(first, chat).rest();
  const died = mortal.died();
  await Promise.race([first.crash(), clock.advance(0)]);
  const [task] = await store.collection('tasks').find({ limit: 1 });
  const asked = (await store.collection('turns').find({ where: { chat }, limit: 100 })).some(({ reply }) =>
    reply?.includes('✋ May I'),
  );
  if (task === undefined || !asked) return { died, asked: false } as const;
  await store.collection('tasks').replace(paused(task, nobody));
  const second = await testParley({ clock, bridge, store, workTools, settings });
  second.runtime.work(pushes);
  const { rest, message, task: now } = looking(second, chat);
  await rest();
  bridge.person('ann').react(chat, message('@mara: ✋').id, key);
  await rest();
  if (isPutOut) mara.kick(chat, '@ann');
  await rest();
  const before = [...mails];
  await orderTask(second.parley, task._id, { edit: stored => resumed(stored, nobody) });
  await rest();
  return { died, asked: true, waited: task.waits?.for === 'approval', before, mails, status: (await now()).status };
}

it.each([
  ['✅', ['main']],
  ['❌', []],
])(
  'a %s that comes before anybody waits for it counts, wherever a crash came',
  async (key, mails) => {
    const waited: boolean[] = [];
    for (let writes = 20; ; writes += 1) {
      const ended = await asksAndDies(writes, key);
      if (!ended.died) break;
      if (!ended.asked) continue;
      waited.push(ended.waited);
      expect([writes, ended]).toEqual([writes, expect.objectContaining({ before: [], mails, status: 'complete' })]);
    }
    // The crash came before the wait was stored, and after it.
    expect(new Set(waited)).toEqual(new Set([false, true]));
  },
  60_000,
);

it('a ✅ of somebody who was put out of the room before it counted does not count', async () => {
  for (let writes = 20; ; writes += 1) {
    const ended = await asksAndDies(writes, '✅', true);
    expect(ended.died).toBe(true);
    if (!ended.asked || ended.waited) continue;
    expect(ended).toMatchObject({ before: [], mails: [], status: 'build' });
    return;
  }
}, 60_000);
