import type { Agent, Passage } from '../../core/agent.ts';
import type { AgentChat } from '../../core/chat.ts';
import { event } from '../../core/events/event.ts';
import { agentMember, type ChatId, onceTurnId } from '../../core/ids.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import { canCloseAccounts, canJoin, canShowPresence } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { statusAtWork } from '../manifest/status-now.ts';
import { markLeft } from '../rooms/agent-chats.ts';
import { topics } from '../topics.ts';
import { statusChanged } from './agent-changes.ts';
import { finishWork } from './finish-work.ts';
import { endPassage, type Step } from './passage-step.ts';

/** How long farewells may take to get out. */
const farewellMs = 30_000;
const lookedThrough = 500;

const finish: Step = async (parley, agent, passage) =>
  (await finishWork(parley, agent, passage)) ? 'farewell' : 'wait';

const farewell: Step = async (parley, agent, passage) => {
  const turns = [];
  for (const stay of await staysOf(parley, agent)) {
    if (isIn(stay) && (await hasSpoken(parley, agent, stay.chat))) turns.push(goodbye(agent, stay.chat, passage));
  }
  const collection = parley.store.collection('turns');
  await collection.insert(turns);
  for (const { _id } of turns) parley.queue.wake(topics.turns, _id);
  const stored = await collection.getMany(turns.map(({ _id }) => _id));
  const late = parley.clock.now() > passage.since + parley.settings.retirement.finishMs + farewellMs;
  return late || stored.every(({ state }) => state === 'done') ? 'leave' : 'wait';
};

const leave: Step = async (parley, agent) => {
  for (const stay of await staysOf(parley, agent)) {
    if (stay.leftAt !== null) continue;
    const bridge = bridgeFor(parley, stay.chat);
    if (bridge !== null && canJoin(bridge)) await bridge.leave(stay.chat, agent._id);
    await markLeft(parley, { agent: agent._id, chat: stay.chat, why: 'retired' });
  }
  return 'end';
};

const end: Step = async (parley, agent, { by }) => {
  const closedOn = await closeAccounts(parley, agent);
  const version = agent.version + 1;
  await parley.bus.keep([
    event('AgentRetired', { agent: agent._id, version, by }),
    ...statusChanged(
      { ...agent, status: agent.paused ? 'offline' : await statusAtWork(parley, agent._id) },
      'retired',
      version,
    ),
  ]);
  await endPassage(parley, agent, now => ({
    ...now,
    status: 'retired',
    retiredBy: by,
    currentActivities: [],
    rooms: [],
    paused: null,
    closedOn,
    provisioned: Object.fromEntries(
      Object.entries(now.provisioned).filter(([bridge]) => !closedOn.some(name => name === bridge)),
    ),
  }));
  parley.log.info({ agent: agent._id, by }, 'An agent is retired.');
  return 'done';
};

/** The way out: work under way, a farewell where it has spoken, out of the rooms, the account. What was said stays. */
export const retirement = { finish, farewell, leave, end };

const staysOf = ({ store }: Installation, { _id: agent }: Agent): Promise<AgentChat[]> =>
  store.collection('agent_chats').find({ where: { agent }, limit: 1000 });

const isIn = ({ joinedAt, leftAt }: AgentChat): boolean => joinedAt !== null && leftAt === null;

/** Whether the agent is among those who spoke there lately. */
async function hasSpoken({ store }: Installation, { _id }: Agent, chat: ChatId): Promise<boolean> {
  const latest = await store
    .collection('messages')
    .find({ where: { chat }, orderBy: { field: 'order', direction: 'desc' }, limit: lookedThrough });
  return latest.some(({ from, messageType }) => from === agentMember(_id) && messageType === 'text');
}

function goodbye(agent: Agent, chat: ChatId, { since }: Passage) {
  const _id = onceTurnId(chat, `farewell-${since}`, agent._id);
  const named = { _id, chat, agent: agent._id, trigger: null, reason: 'farewell', thread: null };
  const text = `I’m leaving: **${agent.name}** is retired. What was said here stays. Goodbye!`;
  return asideTurn(scriptedTurn(named, text, false));
}

async function closeAccounts({ bridges, settings }: Installation, agent: Agent): Promise<Agent['closedOn'] & object> {
  const closed = new Set(agent.closedOn ?? []);
  for (const bridge of bridges.values()) {
    if (settings.retirement.closeAccounts && canCloseAccounts(bridge)) {
      await bridge.closeAccount(agent._id);
      closed.add(bridge.name);
    } else if (canShowPresence(bridge)) await bridge.setPresence(agent._id, 'offline', null);
  }
  return [...closed];
}
