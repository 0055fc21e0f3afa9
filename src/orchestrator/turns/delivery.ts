import type { Chat } from '../../core/chat.ts';
import { agentOf, externalIdOf } from '../../core/ids.ts';
import type { OutgoingBody, StandingBody, Turn } from '../../core/turn.ts';
import type { Delivery, DeliveryMark } from '../../ports/bridge.ts';
import type { Installation } from '../installation.ts';

const mostPeople = 50;

/** The room of a turn as it is now; null where it is not known any more. */
export const chatOf = ({ store }: Pick<Installation, 'store'>, turn: Turn): Promise<Chat | null> =>
  store.collection('chats').get(turn.chat);

/** What a bridge needs to send one message of a turn. In groups an answer is a reply, so that everybody sees what it answers. */
export function deliveryOf(
  turn: Turn,
  given: {
    readonly part: number;
    readonly body: OutgoingBody;
    readonly state: DeliveryMark['state'];
    /** Names this sending; without it, the first sending of the part. */
    readonly edit?: string;
    /** Null: the room is not known any more. */
    readonly chat: Chat | null;
  },
): Delivery {
  const { part, body, state, edit, chat } = given;
  return {
    chat: turn.chat,
    as: turn.agent,
    deliveryId: `${turn._id}/${part}${edit === undefined ? '' : `/${edit}`}`,
    body,
    thread: turn.thread,
    replyTo: chat?.chatType === 'group' && part === 0 ? turn.trigger : null,
    people: chat === null ? null : peopleIn(chat),
    ...(chat === null ? {} : { encrypted: chat.encrypted }),
    mark: { turn: turn._id, part, state, trigger: turn.trigger, ...(turn.covers ? { covers: turn.covers } : {}) },
  };
}

/** What stands for a message where only its place counts: to find it, or to take it back. */
export const standIn = (body: StandingBody): OutgoingBody =>
  body.kind === 'attachment' ? { kind: 'markdown', text: body.name, notice: true } : body;

/** The names and addresses of the people in a room; null where there are too many. */
export function peopleIn({ participants, names }: Chat): string[] | null {
  const people = participants.filter(member => agentOf(member) === null);
  return people.length > mostPeople
    ? null
    : people.flatMap(member => [externalIdOf(member), ...(names[member] === undefined ? [] : [names[member]])]);
}
