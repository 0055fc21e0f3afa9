import type { Agent } from '../../core/agent.ts';
import { type BridgeName, bridgeOf, type ChatId } from '../../core/ids.ts';
import type { Setting } from '../../core/setting.ts';
import type { Store } from '../../ports/store.ts';
import { change } from '../change.ts';

const page = 1000;

/**
 * Forgets what was made on a chat network that has lost all of it: who has an account, the first rooms, and who was settled there.
 * What was said stays. May be repeated.
 */
export async function forgetHomeserver(store: Store, bridge: BridgeName): Promise<void> {
  const settings = store.collection('settings');
  for (const prefix of ['lobby:', 'direct:', 'settled:']) {
    for (const setting of await settingsOf(store, prefix))
      if (prefix === 'settled:' || bridgeOf(setting.value as ChatId) === bridge) await settings.delete(setting._id);
  }
  await eachAgent(store, async agent => {
    await change(store.collection('agents'), agent._id, now => withoutAccount(now, bridge));
  });
}

function withoutAccount(agent: Agent, bridge: BridgeName): Agent {
  const { [bridge]: gone, ...provisioned } = agent.provisioned;
  return gone === undefined ? agent : { ...agent, provisioned };
}

async function settingsOf(store: Store, prefix: string): Promise<Setting[]> {
  const found: Setting[] = [];
  for (;;) {
    const last = found.at(-1);
    const next = await store.collection('settings').find({ limit: page, ...(last ? { after: last } : {}) });
    found.push(...next);
    if (next.length < page) return found.filter(setting => setting._id.startsWith(prefix));
  }
}

async function eachAgent(store: Store, work: (agent: Agent) => Promise<void>): Promise<void> {
  let after: Agent | undefined;
  do {
    const agents: Agent[] = await store.collection('agents').find({ limit: page, ...(after ? { after } : {}) });
    for (const agent of agents) await work(agent);
    after = agents.length === page ? agents.at(-1) : undefined;
  } while (after);
}
