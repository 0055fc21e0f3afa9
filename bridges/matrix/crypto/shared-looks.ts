import type { AgentId } from '../../../src/core/ids.ts';

/** One look for what was sent to a device serves all who wanted one before it began. */
export interface SharedLooks {
  /** Notes that somebody wants one. Gives what has one made, unless one has begun since. */
  wanted(agent: AgentId): (look: () => Promise<void>) => Promise<void>;
}

export function sharedLooks(): SharedLooks {
  let now = 0;
  const begun = new Map<AgentId, number>();
  return {
    wanted(agent) {
      const since = ++now;
      return async look => {
        if ((begun.get(agent) ?? 0) > since) return;
        const at = ++now;
        begun.set(agent, at);
        try {
          await look();
        } catch (error) {
          // Nobody is served by one that failed.
          if (begun.get(agent) === at) begun.delete(agent);
          throw error;
        }
      };
    },
  };
}
