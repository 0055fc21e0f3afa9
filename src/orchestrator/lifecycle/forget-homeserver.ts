import type { Agent } from '../../core/agent.ts';
import type { BridgeName } from '../../core/ids.ts';
import type { Setting } from '../../core/setting.ts';
import type { Store } from '../../ports/store.ts';
import { change } from '../change.ts';

const page = 1000;
/** What was made for an owner on their homeserver: see `first-rooms.ts`, and whoever settles the owner in these rooms. */
const aboutRooms = /^(?:lobby|direct|settled):/;

/**
 * Forgets what was made on a chat network that has lost all of it: the agents' accounts, the first rooms, and that their owner is in
 * them. What was said stays. May be repeated.
 */
export async function forgetHomeserver(store: Store, bridge: BridgeName): Promise<void> {
  await forgetRooms(store);
  await forgetAccounts(store, bridge);
}

async function forgetRooms(store: Store): Promise<void> {
  const settings = store.collection('settings');
  let after: Setting | undefined;
  do {
    const found: Setting[] = await settings.find({ limit: page, ...(after ? { after } : {}) });
    for (const { _id } of found) if (aboutRooms.test(_id)) await settings.delete(_id);
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}

async function forgetAccounts(store: Store, bridge: BridgeName): Promise<void> {
  const agents = store.collection('agents');
  let after: Agent | undefined;
  do {
    const found: Agent[] = await agents.find({ limit: page, ...(after ? { after } : {}) });
    for (const { _id } of found) await change(agents, _id, agent => withoutAccount(agent, bridge));
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}

function withoutAccount(agent: Agent, bridge: BridgeName): Agent {
  const { [bridge]: known, ...provisioned } = agent.provisioned;
  return known === undefined ? agent : { ...agent, provisioned };
}
