import type { Agent } from '../../core/agent.ts';
import type { Installation } from '../installation.ts';

const everyMs = 30_000;
const page = 200;

/** A signal may be lost. So agents and limits that another process has changed are also read now and then. Gives how to end it. */
export function keepUp(parley: Installation): () => void {
  let ended = false;
  let cancel = (): void => undefined;
  const again = (): void => {
    if (ended) return;
    cancel = parley.clock.after(everyMs, () => {
      readAgain(parley)
        .catch(error =>
          parley.log.warn({ err: error }, 'Agents and limits could not be read again; it is tried again.'),
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

async function readAgain({ store, service, limits }: Installation): Promise<void> {
  await limits.refresh();
  let after: Agent | undefined;
  do {
    const agents: Agent[] = await store.collection('agents').find({ limit: page, ...(after ? { after } : {}) });
    for (const agent of agents) service.hear(agent);
    after = agents.length === page ? agents.at(-1) : undefined;
  } while (after);
}
