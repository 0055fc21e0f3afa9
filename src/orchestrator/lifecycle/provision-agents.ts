import type { Agent } from '../../core/agent.ts';
import type { Bridge } from '../../ports/bridge.ts';
import type { Store } from '../../ports/store.ts';
import { change } from '../change.ts';

const atOnce = 8;

/** Makes every agent a user of the chat network. An agent that has not changed since the last time costs no request. */
export async function provisionAgents(store: Store, bridge: Bridge, agents: readonly Agent[]): Promise<void> {
  const waiting = [...agents];
  const work = async (): Promise<void> => {
    for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift())
      await provision(store, bridge, agent);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function provision(store: Store, bridge: Bridge, agent: Agent): Promise<void> {
  const known = agent.provisioned[bridge.name] ?? null;
  const fingerprint = await bridge.ensureAgent(agent, known);
  if (fingerprint === known) return;
  await change(store.collection('agents'), agent._id, now => ({
    ...now,
    provisioned: { ...now.provisioned, [bridge.name]: fingerprint },
  }));
}
