import { createHash } from 'node:crypto';
import type { TaskId } from '../../core/ids.ts';

/** Names the workspace of a task among those of its agent: by its number, for people, and by its id, as another store in the same place has the same numbers. */
export const workspaceName = ({ number, task }: { readonly number: number; readonly task: TaskId }): string =>
  `${number}-${createHash('sha256').update(task).digest('hex').slice(0, 12)}`;
