import type { Chat } from '../../core/chat.ts';
import type { OutgoingBody, Turn } from '../../core/turn.ts';
import type { Delivery, DeliveryMark } from '../../ports/bridge.ts';

/** What a bridge needs to send one message of a turn. In groups an answer is a reply, so that everybody sees what it answers. */
export function deliveryOf(
  turn: Turn,
  given: {
    readonly part: number;
    readonly body: OutgoingBody;
    readonly state: DeliveryMark['state'];
    /** Names this sending; without it, the first sending of the part. */
    readonly edit?: string;
    readonly chatType: Chat['chatType'];
  },
): Delivery {
  const { part, body, state, edit } = given;
  return {
    chat: turn.chat,
    as: turn.agent,
    deliveryId: `${turn._id}/${part}${edit === undefined ? '' : `/${edit}`}`,
    body,
    thread: turn.thread,
    replyTo: given.chatType === 'group' && part === 0 ? turn.trigger : null,
    mark: { turn: turn._id, part, state, trigger: turn.trigger },
  };
}
