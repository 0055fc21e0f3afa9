import type { Document } from './document.ts';
import type { AgentId, BridgeName, ChatId, MemberId, MessageId } from './ids.ts';
import type { Enforcement } from './plan-power.ts';

/** When an agent was invited. */
export interface Invitation {
  /** The place of its line in the log. */
  readonly order: number;
  /** By the clock of the inviter's server, but never later than it was heard of. */
  readonly at: number;
}

/** A room. One to one with a room of the chat network. */
export interface Chat extends Document<ChatId> {
  readonly bridge: BridgeName;
  readonly externalId: string;
  /** `private`: one person and one agent. `group`: anything else. */
  readonly chatType: 'private' | 'group';
  readonly name: string | null;
  readonly topic: string | null;
  readonly encrypted: boolean;
  /** Everybody who is in the room now, our agents among them. */
  readonly participants: readonly MemberId[];
  /** Display names, as far as they are known; at most 500, the latest. */
  readonly names: Readonly<Record<MemberId, string>>;
  /** The invitations on which our agents are here, or may come in. */
  readonly invitations?: Readonly<Record<AgentId, Invitation>>;
  /** Who made the room, as the network says; null where it does not. */
  readonly createdBy: MemberId | null;
  /** What people are here besides members. Who made the room is its owner without standing here. */
  readonly accessRights?: Readonly<Record<MemberId, 'owner' | 'admin' | 'member' | 'guest'>>;
  /** The part of them that Parley gave, which no change of power on the network takes away. */
  readonly givenRights?: Readonly<Record<MemberId, 'owner' | 'admin' | 'member' | 'guest'>>;
  /** How the next speaker is chosen here; null: as the configuration says. */
  readonly strategy: string | null;
  /** What Parley has done to the room's power levels; null or missing: nothing. */
  readonly enforcement?: Enforcement | null;
  /** What agents may use here of the tools that they have; null or missing: all. */
  readonly tools?: readonly string[] | null;
  readonly lastActivity: number;
}

/** An agent in a chat. `_id` is `<chat>/<agent>`. */
export interface AgentChat extends Document {
  readonly agent: AgentId;
  readonly chat: ChatId;
  readonly role: 'owner' | 'admin' | 'member' | 'guest';
  readonly invitedBy: MemberId | null;
  readonly joinedAt: number | null;
  /** The line of its joining for which the network was asked who is here, and what was said since its invitation. */
  readonly settledFor?: MessageId;
  readonly introducedAt: number | null;
  readonly leftAt: number | null;
  readonly leftWhy: 'left' | 'kicked' | 'banned' | 'retired' | null;
}
