import type { Document, Draft } from '../document.ts';
import type { AgentId, ChatId, MemberId, MessageId, TurnId } from '../ids.ts';

interface Asking {
  /** Why, in words for people: `asked by Mara`, `matches *SQL*`, `handed over by Ada`. */
  readonly reason: string;
  /** When they asked, milliseconds since 1970. */
  readonly since: number;
  /** The moderator has called them: they are next, whatever the rule says. */
  readonly granted?: true;
}

/** An agent with a turn. */
export interface AgentSpeaker extends Asking {
  readonly kind: 'agent';
  readonly turn: TurnId;
  readonly agent: AgentId;
  /** The message that it answers, or null. */
  readonly trigger: MessageId | null;
  /** Whether a person's message asked for it, as against a hand-over, a volunteer, or somebody else's bot. */
  readonly direct: boolean;
}

/** A person who wants to speak without being interrupted. */
export interface PersonSpeaker extends Asking {
  readonly kind: 'person';
  readonly person: MemberId;
}

/** Somebody who waits for the floor, or has it. */
export type Speaker = AgentSpeaker | PersonSpeaker;

/** Who decides about the next speaker. `order`: people, then agents as they came. `priority`: people, then who was asked, then the others. */
export type Moderator =
  | { readonly kind: 'rule'; readonly rule: 'order' | 'priority' }
  | { readonly kind: 'person'; readonly person: MemberId }
  | { readonly kind: 'agent'; readonly agent: AgentId };

/** How long somebody may speak. Times are milliseconds since 1970. */
export interface Slot {
  readonly startedAt: number;
  readonly endsAt: number;
  /** For an agent: its answer. 0: somebody has ended it. */
  readonly messagesLeft: number;
  /** How often it began anew, as the person could not speak yet; left out: never. */
  readonly restarts?: number;
}

export interface SlotRules {
  readonly seconds: number;
  /** How many messages a person may send in a slot. */
  readonly messages: number;
}

/** What was said in a group a moment ago, without a word of it. */
export interface Overheard {
  readonly message: MessageId;
  readonly from: MemberId;
  /** When it came to us, milliseconds since 1970. */
  readonly at: number;
  /** When it was sent, by the sender's server. */
  readonly sentAt: number;
  readonly hop: number;
  /** Whether one of our agents said it, or somebody else's bot. */
  readonly byMachine: boolean;
  /** Whose message it goes back to; null where that is not known, or may be no person. */
  readonly person: MemberId | null;
  readonly sketch: string;
}

/** The floor of a chat: who speaks, who waits, and how far the log has been dealt with. `_id` is the chat's id. */
export interface Floor extends Document<ChatId> {
  /** The `order` of the last message that has been dealt with. */
  readonly handledThrough: number;
  readonly currentSpeaker: Speaker | null;
  readonly queue: readonly Speaker[];
  readonly moderator: Moderator;
  /** The turn in which the agent that moderates decides who is next; null: none does. */
  readonly deliberation: { readonly turn: TurnId; readonly agent: AgentId } | null;
  /** Null: nobody speaks, or as long as it takes (in private chats). */
  readonly slot: Slot | null;
  /** Null: as the configuration says. */
  readonly slotRules: SlotRules | null;
  /** While it is held nobody gets the floor; who speaks goes on. */
  readonly held: boolean;
  /** Since when the floor can be given, milliseconds since 1970; 0: for ever. */
  readonly freeSince: number;
  /** Whom people last spoke to, by thread (`''` is the main timeline); at most 100 threads, the latest. */
  readonly lastAddressed: Readonly<Record<string, AgentId>>;
  /** Turns of agents since a person last spoke. */
  readonly turnsSincePerson: number;
  /** The turns within the last minute that no person asked for; at most 100. */
  readonly unasked: readonly { readonly agent: AgentId; readonly at: number }[];
  /** Who gave commands within the last minute; at most 500. */
  readonly commands: readonly { readonly by: MemberId; readonly at: number }[];
  /** Whether a model may be asked, where the strategy lets agents ask for the floor, if they have something to add. */
  readonly asksModels: boolean;
  /** Until then agents speak only when they are called by `@` or replied to, milliseconds since 1970. */
  readonly quietUntil: number;
  /** What was said in a group a moment ago, without the words; at most 8. */
  readonly overheard: readonly Overheard[];
  /** The last of our agents' messages in a group. */
  readonly lastByAgent: Overheard | null;
  /** Who behaves like a bot, and how much; below 0 who does not. At most 50, the latest. */
  readonly suspects: Readonly<Record<MemberId, number>>;
  /** How often in a row each went on soon after an agent's answer to them. At most 50, the latest. */
  readonly streaks?: Readonly<Record<MemberId, number>>;
  /** Whether the room has been told, since a person last spoke, that agents pause. */
  readonly pauseTold: boolean;
  /** When the room was last told that two repeat each other. */
  readonly repeatToldAt: number;
  /** What was heard before its place in the log, while too many waited; at most 100. */
  readonly heardEarly: readonly MessageId[];
}

export const emptyFloor = (chat: ChatId): Draft<Floor> => ({
  _id: chat,
  handledThrough: 0,
  currentSpeaker: null,
  queue: [],
  moderator: { kind: 'rule', rule: 'order' },
  deliberation: null,
  slot: null,
  slotRules: null,
  held: false,
  freeSince: 0,
  lastAddressed: {},
  turnsSincePerson: 0,
  unasked: [],
  commands: [],
  asksModels: false,
  quietUntil: 0,
  overheard: [],
  lastByAgent: null,
  suspects: {},
  pauseTold: false,
  repeatToldAt: 0,
  heardEarly: [],
});
