import type { AgentId, TurnId } from '../../core/ids.ts';
import { emptyMind, type Mind } from '../../core/mind.ts';
import { recent } from '../../core/recent.ts';

/** Where the minds of agents are kept. */
export interface Minds {
  /** Changes a mind by a pure function. Gives how it was and how it is. */
  change(agent: AgentId, edit: (mind: Mind) => Mind): Promise<{ readonly before: Mind; readonly after: Mind }>;
  read(agent: AgentId): Promise<Mind>;
  /** Takes out what is over though nobody told of it; `over` are those turns. May be repeated. */
  tidy(agent: AgentId): Promise<{ readonly before: Mind; readonly after: Mind; readonly over: readonly TurnId[] }>;
}

/** Of so many idle agents is remembered where they spoke last. */
const mostIdle = 5_000;

/** In the memory of the only process: the floors tell again after a start which turns are to be spoken. */
export function mindsInMemory(): Minds {
  const atWork = new Map<AgentId, Mind>();
  const idle = recent<AgentId, Mind>(mostIdle);
  const of = (agent: AgentId): Mind => atWork.get(agent) ?? idle.get(agent) ?? emptyMind;

  return {
    async change(agent, edit) {
      const before = of(agent);
      const after = edit(before);
      if (after.focus.length > 0 || after.waiting.length > 0) atWork.set(agent, after);
      else {
        atWork.delete(agent);
        if (after.spoken.length > 0) idle.set(agent, after);
      }
      return { before, after };
    },
    read: async agent => of(agent),
    // The floors of this process tell of every end.
    tidy: async agent => ({ before: of(agent), after: of(agent), over: [] }),
  };
}
