import { connect, type Socket } from 'node:net';
import type { Clock } from '../../src/ports/clock.ts';

/** Notices that the homeserver was away. */
export interface Outage {
  /** Says how a request went: `false` where the homeserver could not be reached. */
  saw(reached: boolean): void;
  /** Begins to watch also while nothing is requested. */
  watch(): void;
  stop(): void;
}

const againMs = 1_000;
/** For something that ends every connection at once. */
const notTooOftenMs = 10_000;
const briefMs = 1_000;

/**
 * A homeserver that crashes may lose events that were meant for Parley (element-hq/synapse#11637), and does not say so. While nobody
 * talks no request fails either; so a connection is held open that carries nothing. Where it ends, the next attempt to connect tells
 * whether the homeserver only closed what was idle or is gone. `gone` is told at once, and `back` when it is there again.
 */
export function makeOutage(homeserverUrl: string, clock: Clock, tell: { gone: () => void; back: () => void }): Outage {
  const { hostname, port, protocol } = new URL(homeserverUrl);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  let away = false;
  let hangUp: (() => void) | null = null;
  let current: Socket | null = null;
  let briefEnds = 0;

  function saw(reached: boolean): void {
    const was = away;
    away = !reached;
    if (was && reached) tell.back();
    if (was || reached) return;
    tell.gone();
    // A request may have failed alone: a new connection tells whether the homeserver is there.
    current?.destroy();
  }

  function watch(): void {
    const begun = clock.now();
    const socket = connect(to);
    current = socket;
    let reached = false;
    // Watching alone keeps no process alive.
    socket.unref();
    socket.on('connect', () => {
      reached = true;
      // Something listens; whether it is the homeserver and not a proxy, the requests tell.
      saw(true);
    });
    // A connection that is refused ends with `close` too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!reached) saw(false);
      briefEnds = reached && clock.now() - begun <= briefMs ? briefEnds + 1 : 0;
      // At once, as a homeserver may be there again in three seconds; but not again and again.
      const pause = !reached ? againMs : briefEnds > 1 ? notTooOftenMs : 0;
      hangUp = clock.after(pause, watch);
    });
    hangUp = () => {
      socket.removeAllListeners('close');
      socket.destroy();
    };
  }

  return { saw, watch, stop: () => hangUp?.() };
}
