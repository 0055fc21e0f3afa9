import { ParleyError } from '../core/errors.ts';
import type { TaskId } from '../core/ids.ts';
import { failed, saidBy } from '../core/tasks/stage-machine.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { topics } from '../orchestrator/topics.ts';
import { workTaskCard } from './card/work-card.ts';
import { workTask } from './work-task.ts';

const tasksAtOnce = 64;
const cardsAtOnce = 16;
const attempts = 8;
const againMs = 60_000;

/** Lets this process work on tasks. Called once, when agents may speak. */
export function startTasks(parley: Installation): void {
  parley.queue.handle(topics.tasks, {
    concurrency: tasksAtOnce,
    attempts,
    run: key => workTask(parley, key as TaskId),
    onGivenUp(key, error) {
      if (error instanceof ParleyError) later(parley, topics.tasks, { key, error });
      else void endFaulty(parley, key as TaskId, error);
    },
  });
  parley.queue.handle(topics.taskCards, {
    concurrency: cardsAtOnce,
    attempts,
    run: key => workTaskCard(parley, key as TaskId),
    onGivenUp: (key, error) => later(parley, topics.taskCards, { key, error }),
  });
}

interface Failed {
  readonly key: string;
  readonly error: unknown;
}

function later({ log, clock, queue }: Installation, topic: string, { key, error }: Failed): void {
  log.error({ key, err: error }, 'Gave up for the moment; it is tried again within a minute.');
  clock.after(againMs, () => queue.wake(topic, key));
}

/** A fault of our own would come again each time, and nobody would know why the task stands still: it has failed. */
async function endFaulty(parley: Installation, id: TaskId, error: unknown): Promise<void> {
  parley.log.error({ task: id, err: error }, 'A task was ended because of a fault in Parley.');
  const why = 'A fault in Parley; the log of whoever runs it tells more.';
  await changeTask(parley, id, task => failed(task, why, saidBy(null, parley.clock.now())))
    .then(() => parley.queue.wake(topics.tasks, id))
    .catch(failure => later(parley, topics.tasks, { key: id, error: failure }));
}
