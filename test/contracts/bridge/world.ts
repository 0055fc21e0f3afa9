import type { ChatId, MemberId, MessageId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import type { Bridge, DeliveryMark, Intake } from '../../../src/ports/bridge.ts';
import type {
  ClosesAccounts,
  EditsMessages,
  FindsSent,
  InvitesMembers,
  JoinsRooms,
  LinksRooms,
  MakesRooms,
  ModeratesRooms,
  Reacts,
  ReadsAttachments,
  ReadsEarlier,
  ReadsEdits,
  ReadsRooms,
  RedactsMessages,
  SendsFiles,
  ShowsPresence,
  ShowsTyping,
} from '../../../src/ports/bridge-capabilities.ts';

/** A bridge with all that the contract looks at. */
export type WholeBridge = Bridge &
  EditsMessages &
  FindsSent &
  Reacts &
  RedactsMessages &
  ShowsTyping &
  ShowsPresence &
  JoinsRooms &
  LinksRooms &
  ReadsEarlier &
  ReadsEdits &
  ReadsRooms &
  MakesRooms &
  ModeratesRooms &
  InvitesMembers &
  ClosesAccounts &
  SendsFiles &
  ReadsAttachments;

/** A message as a person sees it. */
export interface Seen {
  readonly id: string;
  readonly from: MemberId;
  readonly text: string;
  readonly redacted: boolean;
  readonly reactions: readonly { readonly from: MemberId; readonly key: string }[];
  readonly notice: boolean;
  readonly thread: MessageId | null;
  readonly replyTo: MessageId | null;
  readonly mark: Omit<DeliveryMark, 'trigger'> | null;
  /** The file that came with it; left out: none, or the test does not see it. */
  readonly file?: { readonly mimeType: string; readonly source: string } | null;
}

/** Somebody on the network who is not one of our agents. */
export interface Somebody {
  readonly id: MemberId;
  createRoom(room: { name?: string; topic?: string; invite: readonly MemberId[] }): Promise<ChatId>;
  join(chat: ChatId): Promise<void>;
  say(chat: ChatId, text: string, place?: { replyTo?: MessageId; thread?: MessageId }): Promise<MessageId>;
  sendFile(chat: ChatId, name: string, data: Uint8Array): Promise<MessageId>;
  edit(chat: ChatId, target: MessageId, text: string): Promise<MessageId>;
  redact(chat: ChatId, target: MessageId): Promise<void>;
  react(chat: ChatId, target: MessageId, key: string): Promise<void>;
  invite(chat: ChatId, whom: MemberId): Promise<void>;
  kick(chat: ChatId, whom: MemberId): Promise<void>;
  ban(chat: ChatId, whom: MemberId): Promise<void>;
  leave(chat: ChatId): Promise<void>;
  /** Sets the level of a member. */
  give(chat: ChatId, whom: MemberId, level: number): Promise<void>;
  /** What people have said and agents have sent, oldest first. */
  timeline(chat: ChatId): Promise<readonly Seen[]>;
}

/** A chat network with a bridge to it, for one test file. */
export interface BridgeWorld {
  /** A bridge that has not been started, to the same network each time. */
  readonly bridge: WholeBridge;
  person(name: string): Promise<Somebody>;
  close(): Promise<void>;
}

/** An intake that keeps all it takes, each event once, and fails as often as told. */
export interface Taken extends Intake {
  readonly events: ChatEvent[];
  /** The turns of answers that were seen to grow. */
  readonly grown: string[];
  /** How often the intake was asked, also in vain. */
  calls: number;
  failures: number;
  /** Resolves with the first event that fits, already there or to come. */
  first(fits: (event: ChatEvent) => boolean): Promise<ChatEvent>;
}

export function taking(): Taken {
  const known = new Set<string>();
  const watchers = new Set<() => void>();
  const taken: Taken = {
    events: [],
    grown: [],
    calls: 0,
    failures: 0,
    gap: async () => undefined,
    catchUp: async () => undefined,
    doubt: async () => undefined,
    async grew(turns) {
      taken.grown.push(...turns);
    },
    async receive(events) {
      taken.calls += 1;
      if (taken.failures > 0) {
        taken.failures -= 1;
        throw new Error('the disk is full');
      }
      for (const event of events) if (!known.has(event._id)) taken.events.push(event);
      for (const event of events) known.add(event._id);
      for (const look of watchers) look();
    },
    first: fits =>
      new Promise(resolve => {
        const look = () => {
          const found = taken.events.find(fits);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
  return taken;
}
