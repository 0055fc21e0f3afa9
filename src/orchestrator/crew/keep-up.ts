import type { Agent } from '../../core/agent.ts';
import type { Installation } from '../installation.ts';

const everyMs = 30_000;
const page = 200;
/** After so many looks at what was changed all agents are read: thousands that nobody changes are to cost nothing in between. */
const allEvery = 20;
/** An agent was stamped before it could be read, by a clock that may be off by so much. */
const clocksDifferMs = 60_000;

/**
 * What each of several processes looks up now and then. A signal may be lost, so agents and limits that another one has changed are read again; and the
 * events of dead letters that are to be tried again come to whoever has their keys. Gives how to end it.
 */
export function keepUp(parley: Installation): () => void {
  let ended = false;
  let cancel = (): void => undefined;
  // What was changed while this process began is found by the first look, as it reads all.
  let untilAll = 0;
  let readAt = 0;
  const look = async (): Promise<void> => {
    const now = parley.clock.now();
    await parley.limits.refresh();
    await parley.bus.retryLetters();
    await readAgents(parley, untilAll === 0 ? 0 : readAt - clocksDifferMs);
    untilAll = untilAll === 0 ? allEvery : untilAll - 1;
    readAt = now;
  };
  const again = (): void => {
    if (ended) return;
    cancel = parley.clock.after(everyMs, () => {
      look()
        .catch(error =>
          parley.log.warn(
            { err: error },
            'Agents, limits and dead letters could not be read again; it is tried again.',
          ),
        )
        .finally(again);
    });
  };
  again();
  return () => {
    ended = true;
    cancel();
  };
}

/** Hears of the agents that were changed since then. */
async function readAgents({ store, service }: Installation, since: number): Promise<void> {
  let after: Agent | undefined;
  do {
    const agents: Agent[] = await store.collection('agents').find({
      where: { updatedAt: { above: since } },
      orderBy: { field: 'updatedAt', direction: 'asc' },
      limit: page,
      ...(after ? { after } : {}),
    });
    for (const agent of agents) service.hear(agent);
    after = agents.length === page ? agents.at(-1) : undefined;
  } while (after);
}
