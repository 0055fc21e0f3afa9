import { eventType } from './event-type.ts';
import { aChat, aFact, aMember, aNumber, anAgent, names, oneOf, orNull } from './fields.ts';

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
    about: 'An agent is busy, or is not any more, or can’t be reached.',
    key: 'agent',
    identify,
    data: {
      agent,
      version,
      from: orNull(oneOf(statuses, 'The status before; null where none was.')),
      to: oneOf(statuses, 'The status now.'),
    },
  }),
  AttentionShifted: eventType({
    topic: 'AgentStatusUpdates',
    about: 'An agent turns to another of its dialogues.',
    key: 'agent',
    identify,
    data: {
      agent,
      version: aNumber('The version of the document of its attention that has it.'),
      from: orNull(aChat('What it attended to; null: nothing.')),
      to: orNull(aChat('What it attends to; null: nothing.')),
      reason: aFact('Why this one: “mentioned”, “waits longest”, ….'),
    },
  }),
};
