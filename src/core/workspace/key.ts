import type { AgentId } from '../ids.ts';

interface Key {
  readonly agent: AgentId;
  readonly task: string;
}

const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** One text for the key of a workspace. A name that could lead somewhere as a part of a path is a mistake in the calling code. */
export function keyText({ agent, task }: Key): string {
  if (!name.test(agent) || !name.test(task)) throw new TypeError(`${agent}/${task} is no key of a workspace`);
  return `${agent}/${task}`;
}
