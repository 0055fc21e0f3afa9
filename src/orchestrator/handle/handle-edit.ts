import { event } from '../../core/events/event.ts';
import type { Speaker } from '../../core/floor/floor.ts';
import { keyOf, speakingAgent, withdraw } from '../../core/floor/queue.ts';
import { type Edited, type Envelope, forgotten, isSaid, type Message, type SaidMessage } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import { isCommand } from '../commands/is-command.ts';
import { startOverIfCovered } from './covered.ts';
import { handleSaid } from './handle-said.ts';
import { type Handle, nothing, type Scene } from './handling.ts';
import { stopTurns } from './stop-turns.ts';

type Edit = Envelope & Edited & Pick<Message, 'order' | 'foundBefore'>;

/**
 * A message changes. Its text is changed in the log, so that everybody reads it as it is now. If no answer to it has begun, it is
 * dealt with as if it had been written like that; if a model is at it and nothing is out yet, the model starts over. Only commands are
 * carried out as they were first written, or not at all: nobody sees afterwards what an edited message has done.
 */
export const handleEdit: Handle<Edit> = async (edit, scene) => {
  const edited = await applyEdit(edit, scene);
  if (edited === null) {
    await forgetIfTakenBack(edit, scene);
    return nothing(scene);
  }
  const told = { chat: edited.chat, message: edited._id, edit: edit._id, by: edit.from };
  scene.parley.bus.publish([event('MessageEdited', told, edited._id)]);
  const turns = await scene.parley.store.collection('turns').find({ where: { trigger: edited._id }, limit: 100 });
  const speaking = speakingAgent(scene.floor)?.turn;
  if (edited.wasCommand) return nothing(scene);
  if (isCommand(edited, scene.parley)) return stopTurns(turns.filter(isUnheard), scene);
  const begun = turns.filter(turn => turn.state !== 'queued' || turn._id === speaking);
  await startOverIfCovered(edited._id, scene);
  for (const turn of begun) if (canStartOver(turn)) scene.parley.running.interrupt(turn._id, 'edited');
  return begun.length > 0 ? nothing(scene) : decideAnew(edited, scene);
};

async function applyEdit(edit: Edit, { parley }: Scene): Promise<SaidMessage | null> {
  const ours = (target: Message): target is SaidMessage =>
    isSaid(target) && target.from === edit.from && target.chat === edit.chat && target.status !== 'redacted';
  const edited = await change(parley.store.collection('messages'), edit.target, target =>
    ours(target) && (target.editedAt ?? 0) <= edit.timestamp
      ? {
          ...target,
          ...(isCommand(target, parley) ? { wasCommand: true as const } : {}),
          messageType: edit.newType,
          text: edit.text,
          attachment: edit.attachment,
          mentions: edit.mentions,
          editedAt: edit.timestamp,
          editOrder: edit.order,
          foundBefore: edit.foundBefore ?? null,
        }
      : target,
  );
  return edited !== null && ours(edited) ? edited : null;
}

/** An edit of a message that was taken back before holds its text, too. */
async function forgetIfTakenBack(edit: Envelope & Edited, { parley }: Scene): Promise<void> {
  const messages = parley.store.collection('messages');
  const target = await messages.get(edit.target);
  if (target?.status === 'redacted') await change(messages, edit._id, forgotten);
}

const canStartOver = (turn: Turn): boolean => turn.state === 'running' && turn.parts.length === 0;

const isUnheard = (turn: Turn): boolean => turn.state === 'queued' || canStartOver(turn);

/** Keeps the place in the queue: who waited longest still speaks first. Who isn't asked any more has no turn. */
async function decideAnew(edited: SaidMessage, scene: Scene): Promise<Decision> {
  const isFor = (speaker: Speaker): boolean => speaker.kind === 'agent' && speaker.trigger === edited._id;
  const place = scene.floor.queue.findIndex(isFor);
  const { floor, withdrawn } = withdraw(scene.floor, isFor);
  const decision = await handleSaid(edited, { ...scene, floor });
  const queue = decision.floor.queue;
  const turns = scene.parley.store.collection('turns');
  const left = withdrawn.filter(({ turn }) => !queue.some(speaker => keyOf(speaker) === turn));
  await Promise.all(left.map(({ turn }) => turns.delete(turn)));
  if (place < 0) return decision;
  const rest = queue.filter(speaker => !isFor(speaker));
  const moved = [...rest.slice(0, place), ...queue.filter(isFor), ...rest.slice(place)];
  return { ...decision, floor: { ...decision.floor, queue: moved } };
}
