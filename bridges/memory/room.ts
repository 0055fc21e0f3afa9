import type { AgentId, ChatId, MemberId, MessageId } from '../../src/core/ids.ts';
import { agentOf } from '../../src/core/ids.ts';
import type { Attachment, ChatEvent } from '../../src/core/message.ts';
import type { RoomPower } from '../../src/core/power.ts';
import type { OutgoingBody } from '../../src/core/turn.ts';
import type { DeliveryMark } from '../../src/ports/bridge.ts';

/** A message as the people in the room see it now. */
export interface Shown {
  readonly id: MessageId;
  readonly from: MemberId;
  readonly text: string;
  readonly notice: boolean;
  readonly thread: MessageId | null;
  readonly replyTo: MessageId | null;
  /** What stood there before each edit, oldest first. */
  readonly former: readonly string[];
  readonly reactions: readonly { readonly from: MemberId; readonly key: string; readonly id: MessageId }[];
  readonly redacted: boolean;
  /** Only on what an agent sent. */
  readonly body: OutgoingBody | null;
  readonly mark: DeliveryMark | null;
  /** The file that came with it. */
  readonly attachment?: Attachment | null;
}

/** A room of the memory network, with all that ever happened in it. */
export interface MemoryRoom {
  readonly id: ChatId;
  readonly kind: 'private' | 'group';
  readonly creator: MemberId;
  name: string | null;
  topic: string | null;
  encrypted: boolean;
  readonly members: Map<MemberId, 'invited' | 'joined' | 'banned'>;
  readonly events: ChatEvent[];
  readonly shown: Map<MessageId, Shown>;
  readonly typing: Set<AgentId>;
  power: RoomPower;
}

/** Everybody may speak, and who made the room may do everything. */
const firstPower = (creator: MemberId): RoomPower => ({
  sendLevel: 0,
  kinds: {},
  defaultLevel: 0,
  changeLevel: 100,
  moderatorLevel: 50,
  levels: { [creator]: 100 },
  unbound: [],
});

export function emptyRoom(id: ChatId, kind: MemoryRoom['kind'], creator: MemberId): MemoryRoom {
  return {
    id,
    kind,
    creator,
    name: null,
    topic: null,
    encrypted: false,
    members: new Map(),
    events: [],
    shown: new Map(),
    typing: new Set(),
    power: firstPower(creator),
  };
}

/** Whether an agent is in the room: networks tell their bots about no other rooms, not even where they are invited. */
export function hasAgent(room: MemoryRoom): boolean {
  return [...room.members].some(([member, state]) => state === 'joined' && agentOf(member) !== null);
}

/** Changes what people see of a message. */
export function change(room: MemoryRoom, id: MessageId, difference: Partial<Shown>): void {
  const shown = room.shown.get(id);
  if (shown !== undefined) room.shown.set(id, { ...shown, ...difference });
}

/** The message after an edit; the former text is kept. */
export function rewrite(room: MemoryRoom, id: MessageId, difference: Partial<Shown> & { readonly text: string }): void {
  const shown = room.shown.get(id);
  if (shown !== undefined) change(room, id, { ...difference, former: [...shown.former, shown.text] });
}

/** Takes back a reaction, if that is what has this id. */
export function withdrawReaction(room: MemoryRoom, id: MessageId): void {
  for (const { id: message, reactions } of room.shown.values()) {
    const others = reactions.filter(reaction => reaction.id !== id);
    if (others.length < reactions.length) change(room, message, { reactions: others });
  }
}

/** Who sent a message or reaction. */
export const senderOf = (room: MemoryRoom, id: MessageId): MemberId | undefined =>
  room.shown.get(id)?.from ??
  [...room.shown.values()].flatMap(({ reactions }) => reactions).find(one => one.id === id)?.from;

export function addReaction(room: MemoryRoom, target: MessageId, reaction: Shown['reactions'][number]): void {
  change(room, target, { reactions: [...(room.shown.get(target)?.reactions ?? []), reaction] });
}
