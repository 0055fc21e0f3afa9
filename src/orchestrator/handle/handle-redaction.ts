import { withdraw } from '../../core/floor.ts';
import type { Envelope, Message, Redacted } from '../../core/message.ts';
import { isSaid } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { change } from '../change.ts';
import { dropTurns, stopTurn } from '../turns/stop-turn.ts';
import { type Handle, nothing, type Scene } from './handling.ts';

/** A message is taken back: its text is forgotten, it isn't answered, and an answer that is being made for it stops. */
export const handleRedaction: Handle<Envelope & Redacted> = async (redaction, scene) => {
  const { parley } = scene;
  const target = await change(parley.store.collection('messages'), redaction.target, message =>
    message.chat === redaction.chat ? forgotten(message) : message,
  );
  if (target === null || target.chat !== redaction.chat) return nothing(scene);
  if (target.cause !== null) await stopTurn(parley, target.cause, 'redacted');
  return withdrawAnswers(target, scene);
};

function forgotten(message: Message): Message {
  if (message.status === 'redacted') return message;
  const redacted = { ...message, status: 'redacted' } as const;
  return isSaid(redacted) ? { ...redacted, text: '', attachment: null, mentions: [] } : redacted;
}

async function withdrawAnswers(target: Message, { parley, floor }: Scene): Promise<Decision> {
  const left = withdraw(floor, speaker => speaker.trigger === target._id);
  await dropTurns(
    parley,
    left.withdrawn.map(speaker => speaker.turn),
    'dropped',
  );
  const speaking = floor.currentSpeaker;
  if (speaking?.trigger === target._id) await stopTurn(parley, speaking.turn, 'redacted');
  return { floor: left.floor, turns: [] };
}
