import { z } from 'zod';
import type { AgentId } from '../../../src/core/ids.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store.ts';
import { answerAs } from '../answer.ts';
import { unless } from '../errcode.ts';
import { isUserId } from '../grammar.ts';
import { path } from '../path.ts';
import { isRecord } from '../raw-event.ts';
import type { MatrixRequests } from '../requests.ts';
import { encryptedBits } from './encrypted-bits.ts';

/** How a room is encrypted. https://spec.matrix.org/v1.16/client-server-api/#mroomencryption */
export interface RoomEncryption {
  readonly algorithm: string;
  readonly rotationMs: number | null;
  readonly rotationMessages: number | null;
  /** Whether who is invited may read what was said before they come in. */
  readonly forInvited: boolean;
  /** Whether who comes later may read it, too: then whoever invites them may give the keys on. */
  readonly forNewcomers: boolean;
}

/** What is known of rooms for which messages are encrypted. */
export interface EncryptedRooms {
  /** Hears an event of the homeserver. That a room is encrypted is known to all processes when this resolves. */
  hear(raw: unknown): Promise<void>;
  /** Nothing that was heard before may be relied on: something may not have been delivered. */
  forget(): void;
  /** Notes that the room is encrypted, for all processes and for good. */
  note(room: string): Promise<void>;
  /** Takes the room for encrypted until it is looked at, in this process: somebody says so, and nobody can see whether it is true. */
  doubt(room: string): void;
  /** Notes that the room is not encrypted now. */
  notePlain(room: string): void;
  /** Whether the room was seen to be encrypted, by whichever process; that is never taken back. */
  isEncrypted(room: string): Promise<boolean>;
  /** Whether this process has seen the room, and has not missed anything since. */
  isSeen(room: string): boolean;
  /** Whether it is, as the agent sees it now. */
  look(room: string, as: AgentId): Promise<boolean>;
  /** How a room is encrypted of which it is known that it is. */
  encryption(room: string, as: AgentId): Promise<RoomEncryption>;
  /** Who is to be able to read. */
  readers(room: string, as: AgentId): Promise<Readers>;
}

/** User ids. */
export interface Readers {
  readonly joined: readonly string[];
  /** Nobody where who is invited may not read yet. */
  readonly invited: readonly string[];
}

const mostRooms = 10_000;
/** Another process may hear of changes. */
const settingsForMs = 10 * 60_000;
const membersForMs = 5_000;

interface Kept<T> {
  readonly value: T;
  readonly until: number;
  /** How often all was to be forgotten before. */
  readonly age: number;
}

const encryptionType = 'm.room.encryption';
const visibilityType = 'm.room.history_visibility';

export interface EncryptedRoomsOptions {
  readonly store: Store;
  readonly requests: MatrixRequests;
  readonly clock: Clock;
}

export function encryptedRooms({ store, requests, clock }: EncryptedRoomsOptions): EncryptedRooms {
  const bits = encryptedBits(store);
  const seen = recent<string, number>(mostRooms);
  const doubted = recent<string, true>(mostRooms);
  const settings = recent<string, Kept<RoomEncryption>>(mostRooms);
  const members = recent<string, Kept<Readers>>(mostRooms);
  let age = 0;
  const fresh = <T>(kept: Kept<T> | undefined): T | undefined =>
    kept !== undefined && kept.until > clock.now() && kept.age === age ? kept.value : undefined;

  const readState = (room: string, as: AgentId, type: string): Promise<unknown> => {
    const what = `read how ${room} is encrypted`;
    const call = requests.call({ what, as, method: 'GET', path: path('rooms', room, 'state', type) });
    return unless(call, ['M_NOT_FOUND'], null);
  };

  async function encryption(room: string, as: AgentId): Promise<RoomEncryption> {
    const known = fresh(settings.get(room));
    if (known !== undefined) return known;
    const [content, visibility] = await Promise.all([
      readState(room, as, encryptionType),
      readState(room, as, visibilityType),
    ]);
    const value = toEncryption(content, visibility);
    settings.set(room, { value, until: clock.now() + settingsForMs, age });
    return value;
  }

  return {
    async hear(raw) {
      if (!isRecord(raw) || typeof raw.room_id !== 'string') return;
      if (raw.type === encryptionType || raw.type === visibilityType) settings.delete(raw.room_id);
      if (raw.type === 'm.room.member') members.delete(raw.room_id);
      // An invitation may come from anywhere, and say anything of any room.
      if (raw.type === 'm.room.member' && invitedToEncrypted(raw)) doubted.set(raw.room_id, true);
      if (raw.type === encryptionType && raw.state_key === '') await bits.note(raw.room_id);
    },
    forget() {
      age += 1;
    },
    note: bits.note,
    notePlain(room) {
      seen.set(room, age);
      doubted.delete(room);
    },
    isEncrypted: async room => doubted.get(room) !== undefined || bits.isNoted(room),
    doubt: room => doubted.set(room, true),
    isSeen: room => seen.get(room) === age,
    async look(room, as) {
      const isEncrypted = (await readState(room, as, encryptionType)) !== null;
      seen.set(room, age);
      doubted.delete(room);
      if (isEncrypted) await bits.note(room);
      return isEncrypted;
    },
    encryption,
    async readers(room, as) {
      const known = fresh(members.get(room));
      if (known !== undefined) return known;
      const { forInvited } = await encryption(room, as);
      const value = await readMembers(requests, { room, as, forInvited });
      members.set(room, { value, until: clock.now() + membersForMs, age });
      return value;
    },
  };
}

const whole = z.number().int().positive().nullable().catch(null).default(null);
const content = z
  .object({
    algorithm: z.string().catch('m.megolm.v1.aes-sha2').default('m.megolm.v1.aes-sha2'),
    rotation_period_ms: whole,
    rotation_period_msgs: whole,
  })
  .catch({ algorithm: 'm.megolm.v1.aes-sha2', rotation_period_ms: null, rotation_period_msgs: null });

function toEncryption(raw: unknown, visibility: unknown): RoomEncryption {
  const { algorithm, rotation_period_ms, rotation_period_msgs } = content.parse(raw ?? {});
  const shown = isRecord(visibility) ? visibility.history_visibility : 'shared';
  const who = { forInvited: shown !== 'joined', forNewcomers: shown === 'shared' || shown === 'world_readable' };
  return { algorithm, rotationMs: rotation_period_ms, rotationMessages: rotation_period_msgs, ...who };
}

const memberEvents = z.object({
  chunk: z.array(z.looseObject({ state_key: z.string(), content: z.looseObject({ membership: z.string() }) })),
});

async function readMembers(
  requests: MatrixRequests,
  { room, as, forInvited }: { readonly room: string; readonly as: AgentId; readonly forInvited: boolean },
): Promise<Readers> {
  const what = `read who is in ${room}`;
  const query = { not_membership: 'leave' };
  const where = path('rooms', room, 'members');
  const answer = answerAs(memberEvents, what, await requests.call({ what, as, method: 'GET', path: where, query }));
  const those = (wanted: string): string[] =>
    answer.chunk
      .filter(({ state_key, content: { membership } }) => membership === wanted && isUserId(state_key))
      .map(({ state_key }) => state_key);
  return { joined: those('join'), invited: forInvited ? those('invite') : [] };
}

/** An invitation shows some of the room's state. https://spec.matrix.org/v1.16/client-server-api/#stripped-state */
function invitedToEncrypted(raw: Readonly<Record<string, unknown>>): boolean {
  const shown = isRecord(raw.unsigned) ? raw.unsigned.invite_room_state : undefined;
  return Array.isArray(shown) && shown.some(event => isRecord(event) && event.type === encryptionType);
}
