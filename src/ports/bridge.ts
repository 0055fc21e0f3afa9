import type { Agent } from '../core/agent.ts';
import type { AgentId, BridgeName, ChatId, MemberId, MessageId } from '../core/ids.ts';
import type { ChatEvent } from '../core/message.ts';
import type { OutgoingBody } from '../core/turn.ts';

/** Where a bridge delivers what happens in its rooms. */
export interface Intake {
  /**
   * Takes events in the order in which they happened. Resolves when they are durable: only then may the bridge acknowledge them.
   * An event that was taken before is passed over, so everything may be delivered again. Rejects with `STORE_FULL` or
   * `STORE_FAILED`: then nothing may be acknowledged, and the bridge delivers all of it again later.
   */
  receive(events: readonly ChatEvent[]): Promise<void>;
  /**
   * Tells that the bridge or the network was away, and that something may have happened there that will never be delivered, or late.
   * Resolves when what was missed has been looked up; never rejects. What is received only after that keeps its place in the room.
   */
  gap(): Promise<void>;
  /**
   * Looks up what was missed in these chats, ahead of all others: something has come there while `gap` looks. What is received only after that keeps its
   * place in the room. What can't be looked at is left to later looks; rejects where the store can't be read.
   */
  catchUp(chats: readonly ChatId[]): Promise<void>;
  /**
   * Tells of a sign that something was not delivered, which may also mean nothing: so it is looked up at once only as long as such signs come to
   * something. Resolves when that is done, or will be later; never rejects. What is received only after that keeps its place in the room.
   */
  doubt(): Promise<void>;
  /**
   * Tells the turns (as their marks name them) of answers that were seen to grow in a room. What is on its way for long, as from a process that was
   * frozen, may arrive after the answer has ended; that is put right. May be repeated; rejects as `receive` does. A network that can't tell does not.
   */
  grew(turns: readonly string[]): Promise<void>;
}

/** What a message says of itself to whoever reads the room: `net.parley` in Matrix. */
export interface DeliveryMark {
  /** The turn, as an opaque text. */
  readonly turn: string;
  /** From 0. */
  readonly part: number;
  readonly state: 'streaming' | 'complete';
  /** The message that it answers, or null. */
  readonly trigger: MessageId | null;
  /** Earlier messages that it answers, too. Left out: none. */
  readonly covers?: readonly MessageId[];
}

export interface Delivery {
  readonly chat: ChatId;
  readonly as: AgentId;
  /**
   * Names this sending for ever. The same id sent again (after a time-out, a crash, a restart of either side) puts nothing new
   * into the room and gives the id of the message that stands there, with the content it had the first time. A network that forgets ids
   * after a time can find what it sent (`FindsSent`).
   */
  readonly deliveryId: string;
  readonly body: OutgoingBody;
  readonly thread: MessageId | null;
  readonly replyTo: MessageId | null;
  /**
   * The names and addresses of the people in the room, or null where they are too many to list or not known. Networks that ping whoever's
   * name stands in a text have to be told not to.
   */
  readonly people: readonly string[] | null;
  readonly mark: DeliveryMark;
  /** Whether the room is encrypted, as it is stored: then nothing may go out readable. Left out: the bridge has to find out. */
  readonly encrypted?: boolean;
}

/**
 * A chat network. Nine members at most; what not every network can do is a capability beside it (`bridge-capabilities.ts`).
 * All calls take a signal or have a time limit of their own; network errors come as `ParleyError` with `BRIDGE_REQUEST_FAILED`
 * (`retry` says whether the same call may go through later) or `BRIDGE_FORBIDDEN` (never retry: not in the room, no power).
 */
export interface Bridge {
  readonly name: BridgeName;
  /**
   * Starts to deliver, and tells of the `gap` since it last ran. Resolves when the network accepts requests and knows where to deliver;
   * that may be before the gap is closed. Called once.
   */
  start(intake: Intake): Promise<void>;
  /** Takes no more events; lets those under way end. May be called again, and before `start`. */
  stop(): Promise<void>;
  /**
   * Makes the agent a user of the network: account, device, display name, avatar. May be repeated; changes only what differs.
   * Gives a fingerprint of what is now true: given again as `known`, an agent that has not changed costs no request.
   */
  ensureAgent(agent: Agent, known: string | null): Promise<string>;
  /** Sends a message as an agent. Gives the network's id of it. See `Delivery.deliveryId` for repeats. */
  send(delivery: Delivery): Promise<string>;
  /**
   * Whether `text` (Markdown) fits into one message of this network, once formatted, also as an edit; in an encrypted room less does. Pure
   * and cheap.
   */
  fits(text: string, encrypted?: boolean): boolean;
  /** How this network names an agent, for people to type or click: `@agent-ada:example.org`. */
  addressOf(agent: AgentId): string;
  /** The member behind an address of the network (`@mara:example.org`): one of our agents, or somebody else. */
  memberAt(address: string): MemberId;
}
