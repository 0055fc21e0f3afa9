import { agentMember, commandTurnId, taskId } from '../../core/ids.ts';
import type { Message, Reacted } from '../../core/message.ts';
import { asideTurn, type Decision, scriptedTurn } from '../../core/take-turns.ts';
import { mayHere, refuse } from '../commands/refuse.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { createTask } from './create-task.ts';

/** Somebody takes an offer of an agent to make a task: it is made, once, and is theirs. Null: the message offers nothing. */
export async function takeOffer(reaction: Message & Reacted, scene: Scene): Promise<Decision | null> {
  const { parley, chat } = scene;
  const message = await parley.store.collection('messages').get(reaction.target);
  const turn =
    message === null || message.cause === null ? null : await parley.store.collection('turns').get(message.cause);
  if (turn?.offers === undefined || turn.chat !== reaction.chat) return null;
  if (!mayHere(reaction.from, 'command', scene))
    return refuse(reaction, { permission: 'command', what: { name: '✅', shown: '✅' } }, scene);
  const host = agentsIn(parley, chat).find(({ role }) => role === 'orchestrator')?._id ?? turn.agent;
  const made = await createTask(parley, {
    _id: taskId(turn._id),
    text: turn.offers,
    chat: chat._id,
    origin: turn.trigger,
    host,
    createdBy: agentMember(turn.agent),
    askedBy: reaction.from,
    order: reaction.order,
  });
  if (!('refused' in made)) return nothing(scene);
  const about = { chat: chat._id, agent: turn.agent, trigger: turn.trigger, thread: turn.thread, reason: 'no task' };
  const answer = scriptedTurn({ _id: commandTurnId(reaction._id, turn.agent), ...about }, made.refused, true);
  return { floor: scene.floor, turns: [], asides: [asideTurn(answer)] };
}
