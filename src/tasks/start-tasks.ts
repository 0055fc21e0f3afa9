import type { TaskId } from '../core/ids.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { topics } from '../orchestrator/topics.ts';
import { workTaskCard } from './card/work-card.ts';
import { workTask } from './work-task.ts';

const tasksAtOnce = 64;
const cardsAtOnce = 16;
const againMs = 60_000;

/** Lets this process work on tasks. Called once, when agents may speak. */
export function startTasks(parley: Installation): void {
  const handle = (topic: string, concurrency: number, run: (key: string) => Promise<void>): void =>
    parley.queue.handle(topic, {
      concurrency,
      attempts: 8,
      run,
      onGivenUp(key, error) {
        parley.log.error({ key, err: error }, 'Gave up for the moment; it is tried again within a minute.');
        parley.clock.after(againMs, () => parley.queue.wake(topic, key));
      },
    });
  handle(topics.tasks, tasksAtOnce, key => workTask(parley, key as TaskId));
  handle(topics.taskCards, cardsAtOnce, key => workTaskCard(parley, key as TaskId));
}
