import type { AgentId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';

export interface PresenceOptions {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Presence {
  set(as: AgentId, presence: 'online' | 'offline', status: string | null): Promise<void>;
  /** Shows everybody as offline. */
  stop(): Promise<void>;
}

/**
 * Synapse shows a user who does not sync as offline 30 s after the last sign of life (`sync_online_timeout`), checked when a timer of that
 * user runs out, which may be up to 60 s. So who is to stay online is renewed within 30 s.
 */
const renewMs = 25_000;
/** Thousands of idle agents must cost nothing: only these, the ones set last, are kept online. Two requests a second at most. */
const mostOnline = 50;
const requestTimeoutMs = 5_000;

/** https://spec.matrix.org/v1.16/client-server-api/#presence */
export function makePresence(options: PresenceOptions): Presence {
  const online = new Map<AgentId, string | null>();
  let cancel: (() => void) | null = null;

  function keepUp(): void {
    cancel ??= options.clock.after(renewMs, () => {
      cancel = null;
      void renew();
    });
  }

  async function renew(): Promise<void> {
    for (const [as, status] of [...online]) if (online.has(as)) await put(options, as, 'online', status);
    if (online.size > 0) keepUp();
  }

  async function set(as: AgentId, presence: 'online' | 'offline', status: string | null): Promise<void> {
    online.delete(as);
    if (presence === 'offline') return put(options, as, presence, status);
    online.set(as, status);
    const oldest = online.keys().next();
    // Let go, it fades by itself.
    if (online.size > mostOnline && !oldest.done) online.delete(oldest.value);
    keepUp();
    await put(options, as, presence, status);
  }

  async function stop(): Promise<void> {
    cancel?.();
    cancel = null;
    const all = [...online.keys()];
    online.clear();
    await Promise.all(all.map(as => put(options, as, 'offline', null)));
  }

  return { set, stop };
}

async function put(
  { requests, names, log }: PresenceOptions,
  as: AgentId,
  presence: 'online' | 'offline',
  status: string | null,
): Promise<void> {
  const body = status === null ? { presence } : { presence, status_msg: status };
  const where = path('presence', names.userId(as), 'status');
  try {
    const what = `show ${as} as ${presence}`;
    await requests.call({ what, as, method: 'PUT', path: where, body, timeoutMs: requestTimeoutMs, tryForMs: 0 });
  } catch (error) {
    log.debug({ err: error, agent: as, presence }, 'presence was not shown');
  }
}
