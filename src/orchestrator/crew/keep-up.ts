import type { Agent } from '../../core/agent.ts';
import type { Installation } from '../installation.ts';

const everyMs = 30_000;
const page = 200;

/**
 * What each of several processes looks up now and then. A signal may be lost, so agents and limits that another one has changed are read again; and the
 * events of dead letters that are to be tried again come to whoever has their keys. Gives how to end it.
 */
export function keepUp(parley: Installation): () => void {
  let ended = false;
  let cancel = (): void => undefined;
  const again = (): void => {
    if (ended) return;
    cancel = parley.clock.after(everyMs, () => {
      readAgain(parley)
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

async function readAgain({ store, service, limits, bus }: Installation): Promise<void> {
  await limits.refresh();
  await bus.retryLetters();
  let after: Agent | undefined;
  do {
    const agents: Agent[] = await store.collection('agents').find({ limit: page, ...(after ? { after } : {}) });
    for (const agent of agents) service.hear(agent);
    after = agents.length === page ? agents.at(-1) : undefined;
  } while (after);
}
