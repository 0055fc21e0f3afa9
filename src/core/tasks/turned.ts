import type { Latest, Task } from './task.ts';

/** Who did something, and when. */
export type Said = Pick<Latest, 'by' | 'at' | 'agent'>;

/** A task to which something happened that its card shows at once. */
export const turned = (task: Task, latest: Latest): Task => ({
  ...task,
  changes: task.changes + 1,
  chapter: task.chapter + 1,
  latest,
});

/** A task of which something is told, and no more. */
export const noted = (task: Task, latest: Latest): Task => ({ ...task, changes: task.changes + 1, latest });
