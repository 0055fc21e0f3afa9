import type { AgentId } from '../../core/ids.ts';
import type { Signal } from '../../ports/signals.ts';
import type { Installation } from '../installation.ts';

/** Does what other processes ask for. */
export function hearSignals(parley: Installation): void {
  parley.signals.listen(signal => {
    hear(parley, signal).catch(error =>
      parley.log.warn({ err: error, signal: signal.type }, 'What another process told could not be looked up.'),
    );
  });
}

async function hear(parley: Installation, signal: Signal): Promise<void> {
  switch (signal.type) {
    case 'interrupt':
      return parley.running.interruptHere(signal.turn, signal.why);
    case 'turn-ended':
      return parley.turnEnds.tellHere(signal.turn);
    case 'agent-changed':
      return hearAgent(parley, signal.agent);
    case 'limits-changed':
      return parley.limits.refresh();
    case 'asked-to-wait':
    case 'look':
    case 'looking':
    case 'looked':
    case 'taken':
      // Heard where it matters: by those who ask that server, by `looks`, by the bridge.
      return;
  }
}

async function hearAgent({ store, service }: Installation, id: AgentId): Promise<void> {
  const agent = await store.collection('agents').get(id);
  if (agent !== null) service.hear(agent);
}
