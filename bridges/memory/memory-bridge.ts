import type { Agent } from '../../src/core/agent.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { externalIdOf } from '../../src/core/ids.ts';

import type { Bridge } from '../../src/ports/bridge.ts';
import type {
  ClosesAccounts,
  EditsMessages,
  FindsSent,
  InvitesMembers,
  JoinsRooms,
  LinksRooms,
  MakesRooms,
  ModeratesRooms,
  Reacts,
  ReadsAttachments,
  ReadsEarlier,
  ReadsEdits,
  ReadsRooms,
  RedactsMessages,
  SendsFiles,
  ShowsPresence,
  ShowsTyping,
} from '../../src/ports/bridge-capabilities.ts';
import { addressOf, memberAt, memory } from './address.ts';
import { entering } from './entering.ts';
import { moderating } from './moderating.ts';
import { type MemoryNetwork, memoryNetwork } from './network.ts';
import { type Person, personIn } from './person.ts';
import { reading } from './reading.ts';
import { writing } from './writing.ts';

export type MemoryBridge = Bridge &
  EditsMessages &
  FindsSent &
  Reacts &
  RedactsMessages &
  ShowsTyping &
  ShowsPresence &
  JoinsRooms &
  LinksRooms &
  ReadsEdits &
  ReadsRooms &
  ReadsEarlier &
  MakesRooms &
  InvitesMembers &
  ClosesAccounts &
  ModeratesRooms &
  SendsFiles &
  ReadsAttachments & {
    readonly network: MemoryNetwork;
    /** Somebody who acts in the rooms as a person does. */
    person(name: string): Person;
    /** The same, but the network says that it is a bot. */
    bot(name: string): Person;
  };

/** The bridge to a chat network in this process: for tests, and for trying an agent in the terminal. */
export function memoryBridge(network: MemoryNetwork = memoryNetwork()): MemoryBridge {
  return {
    name: memory,
    network,
    person: name => personIn(network, name),
    bot: name => {
      network.bots.add(memberAt(name));
      return personIn(network, name);
    },
    async start(intake) {
      network.outbound.connect(intake);
    },
    stop: () => network.outbound.disconnect(),
    ensureAgent: (agent, known) => network.faults.around('ensureAgent', () => ensureAgent(network, agent, known)),
    fits: text => text.length <= network.largestMessage,
    addressOf,
    memberAt,
    linkTo: chat => `memory://rooms/${encodeURIComponent(externalIdOf(chat))}`,
    ...writing(network),
    ...reading(network),
    ...entering(network),
    ...moderating(network),
  };
}

function ensureAgent(network: MemoryNetwork, agent: Agent, known: string | null): string {
  if (network.closed.has(agent._id))
    throw new ParleyError('BRIDGE_FORBIDDEN', `The account of ${agent._id} is closed. Take another id.`);
  const avatar = agent.publicProfile.avatar ?? agent.publicProfile.colour;
  const fingerprint = JSON.stringify([agent.name, avatar]);
  if (known === fingerprint && network.accounts.has(agent._id)) return fingerprint;
  const former = network.accounts.get(agent._id);
  const seen = { presence: former?.presence ?? ('offline' as const), status: former?.status ?? null };
  network.accounts.set(agent._id, { name: agent.name, avatar, ...seen });
  return fingerprint;
}
