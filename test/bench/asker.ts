import { randomUUID } from 'node:crypto';
import { clientPath, matrixJson, type Session } from '../e2e/driver/matrix-http.ts';
import { type TextOptions, textContent } from '../e2e/driver/outgoing.ts';
import { record } from '../e2e/driver/room-view.ts';

interface SyncedEvent {
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

interface SyncedRoom {
  readonly timeline?: { readonly events?: readonly SyncedEvent[] };
}

interface Sync {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, SyncedRoom>> };
}

type Test = (room: string, event: SyncedEvent) => boolean;

const patienceMs = 120_000;
/** Synapse lets nobody invite many at once, and then a few a minute. */
const invitedAtOnce = 5;
const filter = JSON.stringify({ room: { timeline: { limit: 500 } } });

/** A person with the thinnest of clients, so that the clock measures the servers: one /sync after the other, nothing is kept. */
export class Asker {
  readonly session: Session;
  readonly #waiting = new Map<Test, () => void>();
  readonly #stop = new AbortController();
  #since = '';

  constructor(session: Session) {
    this.session = session;
  }

  async start(): Promise<void> {
    await this.#sync(0);
    void this.#follow();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** A new room with agents, when all of them have come in. */
  async roomWith(agents: readonly string[], kind: 'direct' | 'group'): Promise<string> {
    const body = { preset: 'private_chat', is_direct: kind === 'direct', invite: agents.slice(0, invitedAtOnce) };
    const joined = new Map<string, Set<string>>();
    const allIn = this.#until(`${agents.join(', ')} to come in`, (room, { type, content, state_key = '' }) => {
      const here = joined.get(room) ?? new Set();
      if (type === 'm.room.member' && content.membership === 'join') joined.set(room, here.add(state_key));
      return agents.every(agent => here.has(agent));
    });
    const made = matrixJson<{ room_id: string }>(this.session, 'POST', clientPath('createRoom'), { body });
    const [{ room_id: room }] = await Promise.all([made.then(answer => this.#inviteMore(answer, agents)), allIn]);
    return room;
  }

  async #inviteMore(made: { readonly room_id: string }, agents: readonly string[]): Promise<{ room_id: string }> {
    for (const user_id of agents.slice(invitedAtOnce)) {
      await matrixJson(this.session, 'POST', clientPath('rooms', made.room_id, 'invite'), { body: { user_id } });
    }
    return made;
  }

  /** Milliseconds from the sending of a line to the complete answer in this client. */
  async ask(room: string, agent: string, options: TextOptions = {}): Promise<number> {
    const key = `q${randomUUID().slice(0, 8)}`;
    const what = `${agent} to answer ${key} in ${room}`;
    const answered = this.#until(what, (where, event) => where === room && isAnswer(event, { agent, key }));
    const path = clientPath('rooms', room, 'send', 'm.room.message', randomUUID());
    const body = textContent(`Good morning! What do you think of ${key}?`, options);
    const begun = performance.now();
    const sent = matrixJson(this.session, 'PUT', path, { body });
    const end = answered.then(() => performance.now());
    return (await Promise.all([end, sent]))[0] - begun;
  }

  #until(what: string, test: Test): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`waited ${patienceMs / 1000} s in vain for ${what}`)), patienceMs);
    const done = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(test);
      resolve();
    };
    this.#waiting.set(test, done);
    return promise;
  }

  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#sync(30_000).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) console.error(error);
      });
    }
  }

  async #sync(timeout: number): Promise<void> {
    const query = { filter, timeout: String(timeout), ...(this.#since === '' ? {} : { since: this.#since }) };
    const call = { query, signal: this.#stop.signal };
    const sync = await matrixJson<Sync>(this.session, 'GET', clientPath('sync'), call);
    this.#since = sync.next_batch;
    for (const [room, { timeline }] of Object.entries(sync.rooms?.join ?? {})) {
      for (const event of timeline?.events ?? []) this.#look(room, event);
    }
  }

  #look(room: string, event: SyncedEvent): void {
    for (const [test, done] of [...this.#waiting]) if (test(room, event)) done();
  }
}

/** Whether this is the whole answer: Parley says in each message whether it still grows. */
function isAnswer({ type, sender, content }: SyncedEvent, { agent, key }: { agent: string; key: string }): boolean {
  if (type !== 'm.room.message' || sender !== agent) return false;
  const newest = record(content['m.new_content']) ?? content;
  return record(newest['net.parley'])?.state !== 'streaming' && String(newest.body).includes(key);
}
