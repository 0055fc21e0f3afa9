import type { AgentId, ChatId, MemberId, MessageId } from '../core/ids.ts';
import type { ChatEvent } from '../core/message.ts';
import type { PowerChange, RoomPower } from '../core/power.ts';
import type { Bridge, Delivery, DeliveryMark } from './bridge.ts';

/** Changes a message that an agent sent. Repeats: as `Delivery.deliveryId` says; each edit has its own delivery id. */
export interface EditsMessages {
  edit(externalId: string, delivery: Delivery): Promise<void>;
}

/** Finds a message that was sent before, for when the network may have forgotten its delivery id. */
export interface FindsSent {
  /**
   * The network's id of the message that this delivery made, though it was edited or removed since; null if there is none since `since`
   * (milliseconds since 1970, by the network's clock). Only what the agent's own account sent counts. Errors: as of `Bridge.send`.
   */
  findSent(delivery: Delivery, since: number): Promise<string | null>;
}

/** Tells how a message that an agent sent was edited. */
export interface ReadsEdits {
  /** The edit that people see, and what its mark says; null where there is none, or it has no mark. Errors: as of `Bridge.send`. */
  latestEdit(message: {
    chat: ChatId;
    as: AgentId;
    externalId: string;
  }): Promise<{ readonly id: string; readonly state: DeliveryMark['state'] } | null>;
}

/**
 * Removes a message or reaction: the agent's own, or anybody's where it has the power (`BRIDGE_FORBIDDEN` where not). May be repeated.
 */
export interface RedactsMessages {
  redact(target: { chat: ChatId; as: AgentId; externalId: string; deliveryId: string; reason: string }): Promise<void>;
}

/** Reacts to messages, anybody's. A reaction is taken back by `redact` with the id that is given here. */
export interface Reacts {
  /** Repeats: as `Delivery.deliveryId` says. `key` is an emoji. Errors: as of `Bridge.send`. */
  react(reaction: { chat: ChatId; as: AgentId; target: MessageId; key: string; deliveryId: string }): Promise<string>;
}

/** Shows that an agent works on an answer. A hint: errors are logged by the bridge and not thrown. */
export interface ShowsTyping {
  /**
   * Shows typing, and renews it until the function given back is called. It may wait a moment before: an answer that is there at once
   * needs no notice.
   */
  showTyping(chat: ChatId, as: AgentId): () => void;
}

/** Shows whether an agent is there. A hint: errors are logged by the bridge and not thrown. */
export interface ShowsPresence {
  setPresence(as: AgentId, presence: 'online' | 'offline', status: string | null): Promise<void>;
}

/** Goes into rooms and leaves them. Both may be repeated: to be in already, or out already, is success. */
export interface JoinsRooms {
  join(chat: ChatId, as: AgentId): Promise<void>;
  leave(chat: ChatId, as: AgentId): Promise<void>;
}

export interface RoomState {
  readonly name: string | null;
  readonly topic: string | null;
  readonly encrypted: boolean;
  /** Who made the room; null where the network does not tell. */
  readonly creator: MemberId | null;
  /** Everybody who is joined. */
  readonly members: readonly { readonly id: MemberId; readonly name: string | null }[];
}

/** Reads what stands in a room. */
export interface ReadsRooms {
  /** The rooms that any of our agents is in, and which agents those are; also open invitations. */
  rooms(as: AgentId): Promise<{ readonly joined: readonly ChatId[]; readonly invited: readonly ChatEvent[] }>;
  state(chat: ChatId, as: AgentId): Promise<RoomState>;
  /**
   * What happened in a room, oldest first: back to the message that the network knows as `since` (exclusive; null: only the newest
   * `limit`), at most `limit` events, the newest ones if there are more. `mark` is the newest message there, to pass as `since` next time.
   */
  history(query: {
    chat: ChatId;
    as: AgentId;
    since: string | null;
    limit: number;
  }): Promise<{ readonly events: readonly ChatEvent[]; readonly mark: string }>;
}

/**
 * Makes rooms. May be repeated with the same `key`, which may be any text: the room that was made first is given again, and who was never
 * invited there is invited. One that the network did not make to the end is given up, and another one made.
 */
export interface MakesRooms {
  ensureRoom(room: {
    key: string;
    as: AgentId;
    /** `private`: a direct chat with one person. */
    kind: 'private' | 'group';
    name: string | null;
    topic: string | null;
    /** Whether what is said there is encrypted from the start. A room that is there stays as it is. Left out: it is not. */
    encrypted?: boolean;
    invite: readonly MemberId[];
  }): Promise<ChatId>;
}

/**
 * Invites somebody to a room that an agent is in. May be repeated: who is in, or invited already, stays so, and nothing new stands in the
 * room. Errors: as of `Bridge.send`; `BRIDGE_FORBIDDEN` also for who is banned there.
 */
export interface InvitesMembers {
  invite(chat: ChatId, as: AgentId, member: MemberId): Promise<void>;
}

/**
 * Closes an agent's account for good: it is out of all rooms, soon if not at once, and its address is never given to anybody else. Some networks let a
 * bridge act for it even then (Synapse does): whoever closed it leaves it alone. May be repeated. Errors: as of `Bridge.send`.
 */
export interface ClosesAccounts {
  closeAccount(agent: AgentId): Promise<void>;
}

/** Reads and changes who may do what in a room. A network that has no levels has not got this. */
export interface ModeratesRooms {
  /** The levels as they stand now, as far as `as` can see. Errors: as of `Bridge.send`. */
  power(chat: ChatId, as: AgentId): Promise<RoomPower>;
  /**
   * Makes a change that the room sees as one, and gives the levels as they stand after it. Whatever somebody else changes at the same
   * time is kept: settings that the change does not name, and those that do not stand at `from` any more. To make a change again
   * that stands already is success, and puts nothing new into the room. May be repeated after any error.
   * `BRIDGE_FORBIDDEN`: the agent lacks the power, and nothing was changed. `BRIDGE_REQUEST_FAILED` with `retry`: also where others
   * change the levels all the time; the change may stand then, and what others changed may be made up for only by the repeat.
   */
  changePower(chat: ChatId, as: AgentId, change: PowerChange): Promise<RoomPower>;
}

/**
 * Reads and writes in encrypted rooms as the agents that are there. An event that can't be read is delivered as `unreadable` with `no key` or
 * `withheld`, at once or after a while in which it was tried in silence; should it be readable later, it is delivered under its own id then.
 */
export interface Encrypts {
  readonly encrypts: true;
  /**
   * Agents are to talk in encrypted rooms only: what people write in the clear is delivered as `unreadable` with `clear`, without its text, and all
   * rooms that are made are encrypted.
   */
  readonly onlyEncrypted: boolean;
}

/** Tells whether the network keeps what it is given. */
export interface ProvesHealth {
  /** Has something small stored, which nobody sees; false where that fails for whatever reason. Never rejects. */
  isWell(): Promise<boolean>;
}

/** What was said before an agent came into a room, oldest first; `unreadable` more are encrypted and their keys are not here. */
export interface Earlier {
  readonly messages: readonly ChatEvent[];
  readonly unreadable: number;
}

/**
 * Reads what was said before an agent came in: at most so many messages of people, the latest, where the room shows them to newcomers, and else
 * nothing. Changes nothing, and nothing of it is delivered. `inviter`: keys of encrypted messages are taken from them only; null: from nobody.
 * Errors: as of `Bridge.send`.
 */
export interface ReadsEarlier {
  earlier(query: { chat: ChatId; as: AgentId; inviter: MemberId | null; limit: number }): Promise<Earlier>;
}

/** Tells people where a room is. */
export interface LinksRooms {
  /** An address that leads a person into the room who may be there: for a link in a message. Pure and cheap. */
  linkTo(chat: ChatId): string;
}

/** Reads the content of an attachment, at most `maxBytes`. */
export interface ReadsAttachments {
  readAttachment(source: string, as: AgentId, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** Sends files as attachments that people open, pictures as pictures. */
export interface SendsFiles {
  /** As `Bridge.send`, also in repeats and errors. `MESSAGE_TOO_LARGE`: the network takes no file of that size. */
  sendFile(delivery: FileDelivery): Promise<string>;
}

export interface FileDelivery extends Omit<Delivery, 'body'> {
  readonly file: { readonly name: string; readonly mimeType: string; readonly data: Uint8Array };
}

const can =
  <C>(method: keyof C & string) =>
  (bridge: Bridge): bridge is Bridge & C =>
    method in bridge;

export const canEdit = can<EditsMessages>('edit');
export const canReadEdits = can<ReadsEdits>('latestEdit');
export const canFindSent = can<FindsSent>('findSent');
export const canRedact = can<RedactsMessages>('redact');
export const canReact = can<Reacts>('react');
export const canShowTyping = can<ShowsTyping>('showTyping');
export const canJoin = can<JoinsRooms>('join');
export const canReadRooms = can<ReadsRooms>('history');
export const canInvite = can<InvitesMembers>('invite');
export const canCloseAccounts = can<ClosesAccounts>('closeAccount');
export const canShowPresence = can<ShowsPresence>('setPresence');
export const canMakeRooms = can<MakesRooms>('ensureRoom');
export const canReadEarlier = can<ReadsEarlier>('earlier');
export const canEncrypt = can<Encrypts>('encrypts');
export const canProveHealth = can<ProvesHealth>('isWell');
export const canLink = can<LinksRooms>('linkTo');
export const canModerate = can<ModeratesRooms>('changePower');
export const canSendFiles = can<SendsFiles>('sendFile');
export const canReadAttachments = can<ReadsAttachments>('readAttachment');
