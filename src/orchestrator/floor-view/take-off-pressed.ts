import type { FloorView } from '../../core/floor-view.ts';
import { type ChatId, externalIdOf, type MessageId } from '../../core/ids.ts';
import type { Bridge } from '../../ports/bridge.ts';
import type { RedactsMessages } from '../../ports/bridge-capabilities.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { tolerant } from './tolerant.ts';

/** Of one card at a time; who presses more meanwhile takes the others back as everybody can. */
const mostPressed = 20;

/** Notes that a reaction on the card was carried out, so that it can be pressed again. May be repeated. */
export async function notePressed(
  { store, queue }: Pick<Installation, 'store' | 'queue'>,
  { _id, chat }: { readonly _id: MessageId; readonly chat: ChatId },
): Promise<void> {
  const id = externalIdOf(_id);
  await change(
    store.collection('floor_views'),
    chat,
    view =>
      view.pressed?.includes(id) ? view : { ...view, pressed: [...(view.pressed ?? []), id].slice(-mostPressed) },
    'process',
  );
  queue.wake(topics.floorViews, chat);
}

/** Takes reactions off the card as if they were buttons. Where the agent lacks the power for it, they stay. May be repeated. */
export async function takeOffPressed(
  {
    bridge,
    chat,
    done,
  }: { bridge: Bridge & RedactsMessages; chat: ChatId; done: (pressed: readonly string[]) => Promise<void> },
  { card, pressed = [] }: FloorView,
): Promise<void> {
  if (card === null || pressed.length === 0) return;
  for (const externalId of pressed) {
    const deliveryId = `${externalId}#pressed`;
    await tolerant(() => bridge.redact({ chat, as: card.as, externalId, deliveryId, reason: 'Done.' }));
  }
  // Only these: meanwhile somebody may have pressed more.
  await done(pressed);
}
