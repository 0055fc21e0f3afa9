import { mayPass, ParleyError } from '../../core/errors.ts';
import { event } from '../../core/events/event.ts';
import type { Part, Turn } from '../../core/turn.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canEdit } from '../../ports/bridge-capabilities.ts';
import { step } from '../../telemetry/step.ts';
import { change } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { chatOf, deliveryOf } from './delivery.ts';
import { sendUnlessThere } from './find-sent.ts';
import { markSent } from './mark-part.ts';
import { openPart } from './open-part.ts';
import { sendAttached, unsendable } from './send-attached.ts';
import { isTakenBack, remove, takeBack } from './take-back.ts';

/** Sends what of a turn's messages is not in the room yet, in order. May be repeated: each sending has its own id for ever. */
export async function deliver(parley: Installation, turn: Turn): Promise<Turn> {
  const bridge = bridgeFor(parley, turn.chat);
  if (bridge !== null && isTakenBack(turn)) return takeBack(parley, turn, bridge);
  const index = turn.parts.findIndex(part => part.state !== 'sent');
  const part = turn.parts[index];
  if (bridge === null || part === undefined) return close(parley, turn);
  try {
    const externalId = await sendPart(parley, { turn, part, index, bridge });
    step('part.sent', { turn });
    const marked = await markSent(parley, turn, { index, externalId });
    step('part.marked');
    return marked;
  } catch (error) {
    return afterFailure(parley, turn, { index, error });
  }
}

/**
 * What may go through later is thrown, and the turn stays as it is. An answer that nobody takes is dropped; one that is too large goes as a file, and
 * of a file that is not taken the name is told.
 */
function afterFailure(
  parley: Installation,
  turn: Turn,
  { index, error }: { index: number; error: unknown },
): Promise<Turn> {
  if (mayPass(error) || !(error instanceof ParleyError)) throw error;
  const fields = { turn: turn._id, chat: turn.chat, err: error };
  if (error.code === 'MESSAGE_TOO_LARGE' && turn.parts[index]?.body.kind === 'markdown') {
    parley.log.warn(fields, 'An answer is larger than the chat network takes; it goes as a file.');
    return inPlaceOf(parley, turn, { index, parts: fileParts });
  }
  const forbidden = error.code === 'BRIDGE_FORBIDDEN';
  if (!forbidden && turn.parts[index]?.body.kind === 'attachment') {
    parley.log.warn(fields, 'The chat network does not take a file; its name is told, and the rest goes on.');
    return inPlaceOf(parley, turn, { index, parts: nameOnly });
  }
  parley.log[forbidden ? 'info' : 'error'](fields, 'An answer was dropped: the chat network does not take it.');
  const told = { chat: turn.chat, agent: turn.agent, turn: turn._id, part: index, code: error.code };
  parley.bus.publish([event('DeliveryFailed', told, turn._id)]);
  return close(parley, turn);
}

async function inPlaceOf(
  { store }: Installation,
  turn: Turn,
  { index, parts }: { readonly index: number; readonly parts: (part: Part) => Part[] },
): Promise<Turn> {
  const stored = await change(store.collection('turns'), turn._id, current => ({
    ...current,
    parts: current.parts.flatMap((part, at) => (at === index ? parts(part) : [part])),
  }));
  return stored ?? { ...turn, state: 'done' };
}

/** Where a file of a task can't be had there, people read its name, and what stands behind it still comes. */
const nameOnly = (part: Part): Part[] =>
  part.body.kind === 'attachment'
    ? [{ ...part, body: { kind: 'markdown', text: unsendable(part.body), notice: true } }]
    : [part];

/** A message that is open in the room already says where the rest is. */
function fileParts(part: Part): Part[] {
  const text = part.body.kind === 'markdown' ? part.body.text : '';
  const file: Part = {
    body: { kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text },
    state: 'pending',
    externalId: null,
  };
  const pointer: Part = {
    ...part,
    body: { kind: 'markdown', text: 'The answer is in the file below.', notice: false },
  };
  return part.state === 'opened' ? [pointer, file] : [file];
}

async function close({ store }: Installation, turn: Turn): Promise<Turn> {
  const closed = await change(
    store.collection('turns'),
    turn._id,
    (current): Turn => (current.state === 'done' ? current : { ...current, state: 'done', outcome: 'dropped' }),
  );
  return closed ?? { ...turn, state: 'done' };
}

interface Sending {
  readonly turn: Turn;
  readonly part: Part;
  readonly index: number;
  readonly bridge: Bridge;
}

async function sendPart(parley: Installation, sending: Sending): Promise<string | null> {
  const { turn, part, index, bridge } = sending;
  if (part.body.kind === 'removed') return remove(bridge, turn, { part, index, was: part.body.was });
  if (part.body.kind === 'attachment') return sendAttached(parley, sending, part.body);
  const chat = await chatOf(parley, turn);
  const given = { part: index, body: part.body, state: 'complete', chat } as const;
  if (part.state !== 'opened' || !canEdit(bridge)) return sendUnlessThere(parley, sending, deliveryOf(turn, given));
  const opening = { bridge, chat, part: index, body: part.body };
  const externalId = part.externalId ?? (await openPart(parley, turn, opening)).externalId;
  await bridge.edit(externalId, deliveryOf(turn, { ...given, edit: 'final' }));
  return externalId;
}
