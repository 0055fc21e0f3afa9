import { event } from '../../core/events/event.ts';
import type { AgentSpeaker } from '../../core/floor/floor.ts';
import { enqueue, speakingAgent, withdraw } from '../../core/floor/queue.ts';
import { agentOf, type TurnId } from '../../core/ids.ts';
import { type Envelope, forgotten, type Message, type Redacted } from '../../core/message.ts';
import { type Decision, speakerOf } from '../../core/take-turns.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { takeBackTask } from '../tasks/take-back-task.ts';
import { latestRound } from '../turns/latest-round.ts';
import { dropTurns, stopTurn } from '../turns/stop-turn.ts';
import { startOverIfCovered, turnForCovered } from './covered.ts';
import { takeBackHand } from './handle-card-reaction.ts';
import { type Handle, nothing, type Scene } from './handling.ts';

/** A message is taken back: its text is forgotten, it isn't answered, and an answer that is being made for it stops. */
export const handleRedaction: Handle<Envelope & Redacted> = async (redaction, scene) => {
  const { parley } = scene;
  const target = await change(parley.store.collection('messages'), redaction.target, message =>
    message.chat === redaction.chat ? forgotten(message) : message,
  );
  if (target === null || target.chat !== redaction.chat || isButton(target, redaction)) return nothing(scene);
  const told = { chat: target.chat, message: target._id, by: redaction.from };
  parley.bus.publish([event('MessageRedacted', told, target._id)]);
  await forgetEdits(target, parley);
  if (target.cause !== null) await stopMaking(target.cause, parley);
  await takeBackTask(target._id, redaction, parley);
  return withdrawAnswers(target, { ...scene, floor: await takeBackHand(target, scene) });
};

/** Of the card, which an agent lets come back when it was pressed. */
const isButton = (target: Message, { from }: Envelope): boolean =>
  target.messageType === 'reaction' && agentOf(from) !== null;

/** Edits hold the text, too. */
async function forgetEdits(target: Message, { store }: Installation): Promise<void> {
  const messages = store.collection('messages');
  const edits = await messages.find({ where: { target: target._id }, limit: 1000 });
  await Promise.all(edits.map(edit => change(messages, edit._id, forgotten)));
}

async function stopMaking(cause: TurnId, parley: Installation): Promise<void> {
  const turn = await parley.store.collection('turns').get(cause);
  if (turn !== null) await stopTurn(parley, (await latestRound(parley, turn))._id, 'redacted');
}

async function withdrawAnswers(target: Message, scene: Scene): Promise<Decision> {
  const { parley, floor } = scene;
  const left = withdraw(floor, speaker => speaker.trigger === target._id);
  await dropTurns(
    parley,
    left.withdrawn.map(speaker => speaker.turn),
    'dropped',
  );
  const speaking = speakingAgent(floor);
  if (speaking?.trigger === target._id) await stopTurn(parley, speaking.turn, 'redacted');
  await startOverIfCovered(target._id, scene);
  const ended = [...left.withdrawn, ...(speaking?.trigger === target._id ? [speaking] : [])];
  return answerCovered(ended, { ...scene, floor: left.floor });
}

/** What was to be answered together with the message that is gone is answered without it. */
async function answerCovered(ended: readonly AgentSpeaker[], scene: Scene): Promise<Decision> {
  const stored = await scene.parley.store.collection('turns').getMany(ended.map(speaker => speaker.turn));
  const turns = (await Promise.all(stored.map(turn => turnForCovered(turn, scene)))).filter(turn => turn !== null);
  const now = scene.parley.clock.now();
  return {
    floor: enqueue(
      scene.floor,
      turns.map(turn => speakerOf(turn, now)),
    ),
    turns,
  };
}
