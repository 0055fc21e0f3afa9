import { createHash } from 'node:crypto';
import type { AgentId, TaskId } from '../ids.ts';

interface Key {
  readonly agent: AgentId;
  readonly task: string;
}

/** Names the workspace of a task among those of its agent: by its number, for people, and by its id, as another store in the same place has the same numbers. */
export const workspaceName = ({ number, task }: { readonly number: number; readonly task: TaskId }): string =>
  `${number}-${createHash('sha256').update(task).digest('hex').slice(0, 12)}`;

const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** One text for the key of a workspace. A name that could lead somewhere as a part of a path is a mistake in the calling code. */
export function keyText({ agent, task }: Key): string {
  if (!name.test(agent) || !name.test(task)) throw new TypeError(`${agent}/${task} is no key of a workspace`);
  return `${agent}/${task}`;
}
