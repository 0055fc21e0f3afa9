import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aNumber, anAgent, aTurn, names, oneOf, orNull } from './fields.ts';

const agent = anAgent('The agent.');
const version = aNumber('The version of the agent’s document that has it.');
const by = orNull(aMember('Who did it; null: the configuration.'));
const statuses = ['active', 'busy', 'idle', 'offline', 'retired'] as const;

const identify = (data: { readonly agent: string; readonly version: number }): string =>
  `${data.agent}/${data.version}`;

/** Agents that come, change and go; `AgentLifecycle`. */
export const agentLifecycleEvents = {
  AgentIntroduced: eventType({
    topic: 'AgentLifecycle',
    about: 'There is a new agent, or one that was retired is back.',
    key: 'agent',
    identify,
    data: { agent, version, by, name: aFact('What people call it.') },
  }),
  AgentRetired: eventType({
    topic: 'AgentLifecycle',
    about: 'An agent works no more. Its history stays.',
    key: 'agent',
    identify,
    data: { agent, version, by },
  }),
  AgentManifestChanged: eventType({
    topic: 'AgentLifecycle',
    about: 'An agent says something else of itself than before.',
    key: 'agent',
    identify,
    data: { agent, version, by, changed: names('The fields that have other values now.') },
  }),
};

/** What agents are at; `AgentStatusUpdates`. */
export const agentStatusEvents = {
  AgentStatusUpdated: eventType({
    topic: 'AgentStatusUpdates',
    about: 'An agent is active, busy, idle or offline now, and was something else.',
    key: 'agent',
    identify: ({ agent, version, turn, why }) => (turn === null ? `${agent}/${version}` : `${agent}/${turn}/${why}`),
    upgrades: [data => ({ ...data, turn: null, why: 'changed' })],
    data: {
      agent,
      version: orNull(aNumber('The version of the agent’s document that has it; null where its work made it so.')),
      turn: orNull(aTurn('The turn that made it so; null where somebody changed the agent.')),
      why: oneOf(
        ['begins', 'waits', 'ends', 'changed'],
        'The turn begins, waits or has ended, or the agent was changed.',
      ),
      from: orNull(oneOf(statuses, 'The status before; null where none was.')),
      to: oneOf(statuses, 'The status now.'),
    },
  }),
  AttentionShifted: eventType({
    topic: 'AgentStatusUpdates',
    about: 'An agent turns to another of its dialogues than the one that it turned to before.',
    key: 'agent',
    identify: ({ agent, turn }) => `${agent}/${turn}`,
    upgrades: [({ version: _, ...data }) => ({ ...data, turn: null })],
    data: {
      agent,
      turn: orNull(aTurn('The turn with which it does; null where an earlier Parley did not tell.')),
      from: orNull(aChat('What it turned to before; null: nothing since Parley was started.')),
      to: orNull(aChat('What it attends to now; null: nothing.')),
      reason: aFact('Why this one: “mentioned”, “waits longest”, ….'),
    },
  }),
};
