import type { Document } from '../document.ts';
import type { FloorCard } from '../floor-view.ts';
import type { TaskId } from '../ids.ts';

/** The message that shows how a task stands. `slot` counts the chapters of the task: each has its own bound of edits. */
export interface TaskCard extends Document<TaskId> {
  readonly card: FloorCard | null;
}
