import { expect, it } from 'vitest';
import { bridgeName, messageId, taskId } from '../../src/core/ids.ts';
import { wakeTasks } from '../../src/orchestrator/tasks/change-task.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { sampleTask } from '../core/tasks/sample-task.ts';
import { heldClock } from '../fakes/clock.ts';

it('after a start every open task is looked at, however many there are', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  const many = Array.from({ length: 1_001 }, (_, at) =>
    sampleTask({ _id: taskId(messageId(bridgeName('test'), `wish${at}`)), number: at + 1 }),
  );
  await store.collection('tasks').insert(many);
  const woken = new Set<string>();
  const queue = { wake: (_topic: string, key: string) => void woken.add(key) };
  await wakeTasks({ store, queue } as never, false);
  expect(woken.size).toBe(1_001);
});
