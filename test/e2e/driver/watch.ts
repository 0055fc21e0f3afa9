import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { matrixJson, type Session } from './matrix-http.ts';
import { type MatrixEvent, RoomView, record, text } from './room-view.ts';

interface SyncEvents<E> {
  readonly events?: readonly E[];
}

type RawEvent = Omit<MatrixEvent, 'seenAt'>;

interface JoinedRoom {
  readonly state?: SyncEvents<RawEvent>;
  readonly timeline?: SyncEvents<RawEvent>;
  readonly ephemeral?: SyncEvents<{ readonly type: string; readonly content: Record<string, unknown> }>;
}

interface SyncResponse {
  readonly next_batch: string;
  readonly presence?: SyncEvents<{ readonly sender: string; readonly content: Record<string, unknown> }>;
  readonly rooms?: {
    readonly join?: Readonly<Record<string, JoinedRoom>>;
    readonly invite?: Readonly<Record<string, { readonly invite_state?: SyncEvents<Omit<RawEvent, 'event_id'>> }>>;
    readonly leave?: Readonly<Record<string, JoinedRoom>>;
  };
}

const filter = JSON.stringify({ room: { timeline: { limit: 2000 } } });

/** Follows /sync and lets the tests wait for what they expect to see. Survives restarts of the homeserver. */
export class Watch {
  readonly rooms = new Map<string, RoomView>();
  /** Who invited, by room. */
  readonly invites = new Map<string, string>();
  /** The room of an invitation to a dialogue, by who invited. */
  readonly directInvites = new Map<string, string>();
  readonly left = new Set<string>();
  readonly presence = new Map<string, string>();
  readonly #session: Session;
  readonly #stop = new AbortController();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #since: string | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Resolves when the first sync is in; the rest goes on by itself. */
  async start(): Promise<void> {
    await this.#syncOnce();
    void this.#follow();
  }

  stop(): void {
    this.#stop.abort();
  }

  room(roomId: string): RoomView {
    const known = this.rooms.get(roomId);
    if (known !== undefined) return known;
    const view = new RoomView();
    this.rooms.set(roomId, view);
    return view;
  }

  /** Waits until `look` finds something, looking again after each sync. */
  async until<T>(what: string, look: () => T | undefined, timeoutMs = 20_000): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      try {
        await once(this.#changes, 'sync', { signal: deadline });
      } catch {
        throw new Error(`waited ${timeoutMs} ms for ${what}\n${this.describe()}`);
      }
    }
  }

  /** The last messages of each room, for the error of a test that waited in vain. */
  describe(): string {
    return [...this.rooms.entries()]
      .map(([id, view]) => [id, ...view.messages().slice(-12).map(describeMessage)].join('\n  '))
      .join('\n');
  }

  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#syncOnce();
      } catch {
        if (this.#stop.signal.aborted) return;
        await sleep(100);
      }
    }
  }

  async #syncOnce(): Promise<void> {
    const query: Record<string, string> = { filter, timeout: this.#since === undefined ? '0' : '20000' };
    if (this.#since !== undefined) query.since = this.#since;
    const call = { query, signal: this.#stop.signal };
    const sync = await matrixJson<SyncResponse>(this.#session, 'GET', '/_matrix/client/v3/sync', call);
    this.#take(sync);
    this.#since = sync.next_batch;
    this.#changes.emit('sync');
  }

  #take(sync: SyncResponse): void {
    for (const [id, room] of Object.entries(sync.rooms?.join ?? {})) {
      this.invites.delete(id);
      this.left.delete(id);
      takeRoom(this.room(id), room);
    }
    for (const [id, room] of Object.entries(sync.rooms?.leave ?? {})) {
      this.left.add(id);
      takeRoom(this.room(id), room);
    }
    for (const [id, room] of Object.entries(sync.rooms?.invite ?? {})) {
      const mine = room.invite_state?.events?.find(event => event.state_key === this.#session.userId);
      const sender = mine?.sender ?? '';
      this.invites.set(id, sender);
      if (mine?.content.is_direct === true) this.directInvites.set(sender, id);
    }
    for (const event of sync.presence?.events ?? []) {
      this.presence.set(event.sender, text(event.content.presence) ?? '');
    }
  }
}

function takeRoom(view: RoomView, room: JoinedRoom): void {
  const seenAt = Date.now();
  for (const event of room.state?.events ?? []) view.addState({ ...event, seenAt });
  for (const event of room.timeline?.events ?? []) view.add({ ...event, seenAt });
  for (const event of room.ephemeral?.events ?? []) {
    const users = record(event.content)?.user_ids;
    if (event.type === 'm.typing' && Array.isArray(users)) view.typing.push({ at: seenAt, users: users.map(String) });
  }
}

function describeMessage(message: ReturnType<RoomView['messages']>[number]): string {
  const mark = message.mark === undefined ? '' : ` ${JSON.stringify(message.mark)}`;
  const edits = message.versions.length > 1 ? ` (${message.versions.length - 1} edits)` : '';
  return `${message.id} ${message.sender} ${message.msgtype}${edits}${mark}: ${message.body.slice(0, 160)}`;
}
