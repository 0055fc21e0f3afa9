import { connect } from 'node:net';
import type { Clock } from '../../src/ports/clock.ts';

/** Notices that the homeserver was away. */
export interface Outage {
  /** Says how a request went: `false` where the homeserver could not be reached. One that failed alone says nothing yet. */
  saw(reached: boolean): void;
  /** Begins to watch also while nothing is requested. */
  watch(): void;
  stop(): void;
}

export interface OutageOptions {
  readonly homeserverUrl: string;
  readonly clock: Clock;
  /** Asks whether the homeserver is there; null where no answer came in time. */
  readonly isThere: () => Promise<boolean | null>;
  readonly gone: () => void;
  readonly back: () => void;
}

const againMs = 1_000;
/** For something that ends every connection at once. */
const notTooOftenMs = 10_000;
const briefMs = 1_000;

/**
 * A homeserver that crashes may lose events that were meant for Parley (element-hq/synapse#11637), and does not say so. While nobody
 * talks no request fails either; so a connection is held open that carries nothing. A request that fails, or a connection that ends, only
 * gives reason to ask: one room may be slow, one worker away, an idle connection closed. And behind a proxy something listens all the time.
 */
export function makeOutage({ homeserverUrl, clock, isThere, gone, back }: OutageOptions): Outage {
  let away = false;
  let asking = false;
  let stopped = false;
  let watching = false;
  let held: (() => void) | null = null;
  let briefEnds = 0;
  let cancelAsking = (): void => undefined;

  async function ask(): Promise<void> {
    if (asking || stopped) return;
    cancelAsking();
    asking = true;
    const there = await isThere();
    asking = false;
    if (stopped) return;
    if (there === away) {
      away = !there;
      (there ? back : gone)();
    }
    if (away || there === null) askIn(againMs);
    else if (watching && held === null) hold();
  }

  function askIn(ms: number): void {
    cancelAsking();
    cancelAsking = clock.after(ms, () => void ask());
  }

  function hold(): void {
    const begun = clock.now();
    held = holdConnection(homeserverUrl, () => {
      held = null;
      briefEnds = clock.now() - begun <= briefMs ? briefEnds + 1 : 0;
      // At once, as a homeserver may be there again in three seconds; but not again and again.
      if (briefEnds > 1) askIn(notTooOftenMs);
      else void ask();
    });
  }

  return {
    saw(reached) {
      if (reached === away) void ask();
    },
    watch() {
      watching = true;
      if (held === null) hold();
    },
    stop() {
      stopped = true;
      cancelAsking();
      held?.();
    },
  };
}

/** Gives what hangs up. `ended` is called as well where nothing listens. */
function holdConnection(homeserverUrl: string, ended: () => void): () => void {
  const { hostname, port, protocol } = new URL(homeserverUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
  // Watching alone keeps no process alive.
  socket.unref();
  // A connection that is refused ends with `close` too.
  socket.on('error', () => undefined);
  socket.on('close', ended);
  return () => {
    socket.removeAllListeners('close');
    socket.destroy();
  };
}
