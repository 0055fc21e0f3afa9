import type { Chat } from '../../core/chat.ts';
import type { OutgoingBody, Turn } from '../../core/turn.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { deliveryOf } from './delivery.ts';
import { sendUnlessThere } from './find-sent.ts';
import { markOpened } from './mark-part.ts';

/** Opens a message that is going to grow, or finds the one that was opened before a crash: the delivery id is the same. */
export async function openPart(
  parley: Installation,
  turn: Turn,
  given: {
    readonly bridge: Bridge;
    readonly chat: Chat | null;
    readonly part: number;
    readonly body: OutgoingBody;
  },
): Promise<{ readonly turn: Turn; readonly externalId: string }> {
  const { bridge, chat, part, body } = given;
  const delivery = deliveryOf(turn, { part, body, state: 'streaming', chat });
  const externalId = await sendUnlessThere(parley, { turn, bridge }, delivery);
  step('stream.shown', { turn });
  const text = body.kind === 'markdown' ? body.text : '';
  return { turn: await markOpened(parley, turn, { externalId, text }), externalId };
}
