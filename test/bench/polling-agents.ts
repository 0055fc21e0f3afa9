import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { clientPath, matrixJson } from '../e2e/driver/matrix-http.ts';
import { serverName } from './scene.ts';

const token = 'token-of-the-polling-agents';
const namespace = 'poll-';
const filter = JSON.stringify({ room: { timeline: { limit: 20 } } });
const pollMs = 30_000;
const pauseAfterFailureMs = 1_000;

/** The homeserver sends them nothing: they ask. Without limits, as the agents of Parley. */
export const pollingRegistration = stringify({
  id: 'polling-agents',
  url: null,
  as_token: token,
  hs_token: 'unused',
  sender_localpart: 'polling-agency',
  rate_limited: false,
  namespaces: { users: [{ exclusive: true, regex: `@${namespace}.*` }], aliases: [], rooms: [] },
});

interface Sync {
  readonly next_batch: string;
  readonly rooms?: {
    readonly join?: Readonly<
      Record<string, { timeline?: { events?: readonly { event_id: string; type: string; sender: string }[] } }>
    >;
  };
}

/**
 * Agents as bots usually are: each has a /sync of its own that is always open. They have no keys and read nothing; the first of them answers whatever
 * a person writes with one line. That is less than any bot does.
 */
export class PollingAgents {
  readonly ids: readonly string[];
  readonly #homeserver: string;
  readonly #since = new Map<string, string>();
  #stop = new AbortController();
  #loops: Promise<void>[] = [];

  private constructor(homeserver: string, ids: readonly string[]) {
    this.#homeserver = homeserver;
    this.ids = ids;
  }

  static async make(homeserver: string, count: number): Promise<PollingAgents> {
    const names = Array.from({ length: count }, (_, nth) => `${namespace}${nth}`);
    for (const username of names) {
      const body = { type: 'm.login.application_service', username, inhibit_login: true };
      await matrixJson({ homeserver, token }, 'POST', clientPath('register'), { body });
    }
    return new PollingAgents(
      homeserver,
      names.map(name => `@${name}:${serverName}`),
    );
  }

  async join(room: string): Promise<void> {
    for (const user of this.ids) await this.#as(user, 'POST', clientPath('join', room));
  }

  /** Resolves when all of them know what has happened so far. */
  async start(): Promise<void> {
    this.#stop = new AbortController();
    for (const user of this.ids) await this.#sync(user, 0);
    this.#loops = this.ids.map(user => this.#follow(user));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #follow(user: string): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const { rooms } = await this.#sync(user, pollMs);
        if (user === this.ids[0]) await this.#answer(user, rooms);
      } catch (error) {
        if (signal.aborted) return;
        console.error(error);
        await sleep(pauseAfterFailureMs);
      }
    }
  }

  async #sync(user: string, timeout: number): Promise<Sync> {
    const since = this.#since.get(user);
    const query = { filter, timeout: String(timeout), ...(since === undefined ? {} : { since }) };
    const sync = await this.#as<Sync>(user, 'GET', clientPath('sync'), { query });
    this.#since.set(user, sync.next_batch);
    return sync;
  }

  async #answer(user: string, rooms: Sync['rooms']): Promise<void> {
    for (const [room, { timeline }] of Object.entries(rooms?.join ?? {}))
      for (const { event_id: trigger, type, sender } of timeline?.events ?? []) {
        const isSaid = type === 'm.room.message' || type === 'm.room.encrypted';
        if (!isSaid || sender.startsWith(`@${namespace}`)) continue;
        const mark = { turn: trigger, part: 0, state: 'complete', trigger };
        const body = { msgtype: 'm.text', body: 'I heard: a question', 'net.parley': mark };
        await this.#as(user, 'PUT', clientPath('rooms', room, 'send', 'm.room.message', randomUUID()), { body });
      }
  }

  #as<T>(
    user: string,
    method: string,
    path: string,
    call: { readonly body?: object; readonly query?: Readonly<Record<string, string>> } = {},
  ): Promise<T> {
    const { signal } = this.#stop;
    const query = { ...call.query, user_id: user };
    return matrixJson<T>({ homeserver: this.#homeserver, token }, method, path, { ...call, query, signal });
  }
}
