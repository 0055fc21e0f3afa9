import { chatChanges, memberChanges } from '../../core/events/chat-changes.ts';
import { speakingAgent, withdraw, withdrawPerson } from '../../core/floor/queue.ts';
import { type AgentId, agentOf, type ChatId } from '../../core/ids.ts';
import type { Envelope, MembershipChanged, Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { change } from '../change.ts';
import { markLeft } from '../rooms/agent-chats.ts';
import { noteInvitation } from '../rooms/answer-invitation.ts';
import { withInvitation, withMember } from '../rooms/chat-members.ts';
import { isSettlingIn } from '../rooms/settle-in.ts';
import { welcomeAgent } from '../rooms/welcome-agent.ts';
import { dropTurns, stopTurn } from '../turns/stop-turn.ts';
import { type Handle, nothing, type Scene } from './handling.ts';

type Event = Envelope & MembershipChanged & Pick<Message, 'order'>;

/** Somebody is invited, comes, goes, or takes another name. */
export const handleMembership: Handle<Event> = async (event, scene) => {
  if (await isSettlingIn(scene.parley, event)) return { ...nothing(scene), waits: true };
  const chat = await change(scene.parley.store.collection('chats'), event.chat, stored =>
    withMember(withInvitation(stored, event, scene.parley.clock.now()), event),
  );
  if (chat !== null) {
    const told = [...memberChanges(event, chat), ...chatChanges(scene.chat, chat, event._id)];
    scene.parley.bus.publish(told);
  }
  const agent = agentOf(event.member);
  if (agent === null && isOut(event.change)) return personGone(event, scene);
  if (chat === null || agent === null || !scene.parley.agents.has(agent)) return nothing(scene);
  return handleAgent(agent, event, { ...scene, chat });
};

const isOut = (change: MembershipChanged['change']): boolean => ['left', 'kicked', 'banned'].includes(change);

/** Who is gone neither speaks nor waits to. */
const personGone = ({ member }: Event, { parley, floor }: Scene): Decision => ({
  floor: withdrawPerson(floor, member, parley.clock.now()),
  turns: [],
});

async function handleAgent(agent: AgentId, event: Event, scene: Scene): Promise<Decision> {
  switch (event.change) {
    case 'renamed':
      return nothing(scene);
    case 'invited':
      await noteInvitation(agent, event, scene.parley);
      return nothing(scene);
    case 'joined':
      return welcomeAgent(agent, scene);
    default:
      return sendOff(agent, event.change, scene);
  }
}

/** The agent is out of the room: what it was about to say there is dropped without a sound. */
async function sendOff(
  agent: AgentId,
  why: 'left' | 'kicked' | 'banned',
  { parley, chat, floor }: Scene,
): Promise<Decision> {
  await markLeft(parley, { agent, chat: chat._id, why });
  const left = withdraw(floor, speaker => speaker.agent === agent);
  await dropTurns(
    parley,
    left.withdrawn.map(speaker => speaker.turn),
    'dropped',
  );
  const speaking = speakingAgent(floor);
  if (speaking?.agent === agent) await stopTurn(parley, speaking.turn, 'out');
  await stopAsides(agent, chat._id, parley);
  return { floor: left.floor, turns: [] };
}

/** What it was asked by a colleague waits in no queue. */
async function stopAsides(agent: AgentId, chat: ChatId, parley: Scene['parley']): Promise<void> {
  const where = { chat, state: { in: ['queued', 'running'] } };
  const open = await parley.store.collection('turns').find({ where, limit: 1000 });
  for (const turn of open) if (turn.aside && turn.agent === agent) await stopTurn(parley, turn._id, 'out');
}
