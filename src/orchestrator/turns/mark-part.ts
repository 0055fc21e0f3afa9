import { sent, takenBack } from '../../core/events/message-changes.ts';
import { agentMember, bridgeOf, messageId } from '../../core/ids.ts';
import { type ChatEvent, forgotten, isSaid, type Said } from '../../core/message.ts';
import type { Part, PartBody, Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { isTakenBack } from './take-back.ts';

/** A message of the turn stands in the room and grows: its id is stored, and it gets its place in the log. */
export async function markOpened(
  parley: Installation,
  turn: Turn,
  given: { externalId: string; text: string },
): Promise<Turn> {
  await logMessage(parley, turn, { ...given, messageType: 'text' });
  return storePart(parley, turn, { index: 0, edit: part => ({ ...part, externalId: given.externalId }) });
}

/** A message of the turn stands in the room as it is meant to be. With the last one the turn is done. */
export async function markSent(
  parley: Installation,
  turn: Turn,
  given: { index: number; externalId: string | null },
): Promise<Turn> {
  const body = turn.parts[given.index]?.body;
  if (given.externalId !== null && body?.kind === 'removed') await forget(parley, turn, given.externalId);
  if (given.externalId !== null && body && body.kind !== 'removed') {
    const messageType = typeOf(body);
    await logMessage(parley, turn, { externalId: given.externalId, text: textOf(body), messageType });
    const message = messageId(bridgeOf(turn.chat), given.externalId);
    parley.bus.publish([sent(turn, { message, part: given.index, messageType })]);
  }
  return storePart(parley, turn, {
    index: given.index,
    edit: part => ({ ...part, state: 'sent', externalId: given.externalId ?? part.externalId }),
  });
}

/** What was taken out of the room is not read by agents any more. */
async function forget({ store, bus }: Installation, turn: Turn, externalId: string): Promise<void> {
  const message = messageId(bridgeOf(turn.chat), externalId);
  await change(store.collection('messages'), message, forgotten);
  bus.publish([takenBack(turn, message)]);
}

const textOf = (body: Exclude<PartBody, { kind: 'removed' }>): string =>
  body.kind === 'markdown' ? body.text : body.name;

function typeOf(body: Exclude<PartBody, { kind: 'removed' }>): Said['messageType'] {
  if (body.kind === 'file') return 'file';
  if (body.kind === 'attachment') return body.mimeType.startsWith('image/') ? 'image' : 'file';
  return body.notice ? 'notice' : 'text';
}

/** Need not wait for the disk: after a loss of power the same message is sent again under the same id. */
async function storePart(
  { store }: Installation,
  turn: Turn,
  { index, edit }: { index: number; edit: (part: Part) => Part },
): Promise<Turn> {
  const stored = await change(
    store.collection('turns'),
    turn._id,
    current => {
      const parts = current.parts.map((part, at) => (at === index ? edit(part) : part));
      const allSent = current.state === 'replied' && parts.every(part => part.state === 'sent');
      // The question may have been taken back while the last of it went out.
      const done = allSent && !isTakenBack({ ...current, parts });
      return { ...current, parts, state: done ? 'done' : current.state };
    },
    'process',
  );
  return stored ?? { ...turn, state: 'done' };
}

async function logMessage(
  parley: Installation,
  turn: Turn,
  given: { externalId: string; text: string; messageType: Said['messageType'] },
): Promise<void> {
  const id = messageId(bridgeOf(turn.chat), given.externalId);
  const updated = await change(parley.store.collection('messages'), id, message =>
    isSaid(message) && message.status !== 'redacted'
      ? { ...message, text: given.text, messageType: given.messageType, cause: turn._id }
      : message,
  );
  if (updated !== null) return;
  const event: ChatEvent = {
    _id: id,
    chat: turn.chat,
    from: agentMember(turn.agent),
    fromPerson: false,
    timestamp: parley.clock.now(),
    messageType: given.messageType,
    text: given.text,
    attachment: null,
    replyTo: turn.trigger,
    thread: turn.thread,
    mentions: [],
  };
  await parley.messageLog.append([event], { cause: turn._id, hop: turn.hop + 1 });
}
