import { enqueue } from '../../core/floor.ts';
import { agentOf } from '../../core/ids.ts';
import type { Envelope, Reacted } from '../../core/message.ts';
import { type Decision, repeatTurn, speakerOf } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { type Handle, nothing, type Scene } from './handling.ts';
import { stopTurns } from './stop-turns.ts';

/** The reactions that Parley understands, on an answer or on the message that was answered. */
const reactions = { stop: '🛑', again: '🔁' } as const;

export const handleReaction: Handle<Envelope & Reacted> = async (reaction, scene) => {
  const known = reaction.key === reactions.stop || reaction.key === reactions.again;
  if (!known || agentOf(reaction.from) !== null || reaction.fromPerson === false) return nothing(scene);
  const turns = await turnsBehind(scene.parley, reaction);
  return reaction.key === reactions.stop ? stopTurns(turns, scene) : repeatTurns(turns, scene);
};

/** The turns that made the message, or that answer it; of each agent only the latest round. */
async function turnsBehind(parley: Installation, { target, chat }: Envelope & Reacted): Promise<Turn[]> {
  const message = await parley.store.collection('messages').get(target);
  if (message === null || message.chat !== chat) return [];
  const turns = parley.store.collection('turns');
  if (message.cause !== null) {
    const turn = await turns.get(message.cause);
    return turn === null ? [] : [turn];
  }
  const answers = await turns.find({ where: { trigger: target }, limit: 100 });
  return answers.filter(turn => !answers.some(other => other.agent === turn.agent && other.round > turn.round));
}

/** Makes finished answers again. What is still under way is left alone. */
function repeatTurns(turns: readonly Turn[], { floor }: Scene): Decision {
  const again = turns.filter(turn => turn.state === 'done' && turn.trigger !== null).map(repeatTurn);
  // After a crash in the middle of this, the new round is there already but does not wait in the queue yet.
  const waiting = turns.filter(turn => turn.state === 'queued' && turn.round > 0);
  const speakers = [...again, ...waiting].map(speakerOf);
  return { floor: enqueue({ ...floor, turnsSincePerson: 0 }, speakers), turns: again };
}
