import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Signals } from '../../src/ports/signals.ts';
import type { Store } from '../../src/ports/store.ts';
import type { HomeserverLimits } from './turn-to-ask.ts';

export interface MatrixBridgeOptions {
  /** Where the homeserver's client-server API answers, without a slash at the end. */
  readonly homeserverUrl: string;
  /** The part of user ids behind the colon. */
  readonly serverName: string;
  /** What Parley shows to the homeserver. */
  readonly asToken: string;
  /** What the homeserver shows to Parley. */
  readonly hsToken: string;
  /** The `id` of the registration. */
  readonly registrationId: string;
  /** The localpart of the orchestrator. */
  readonly keeperLocalpart: string;
  /** Gets the routes for the homeserver. Must listen before `start`, as the homeserver is asked to call back. */
  readonly listener: FastifyInstance;
  /** Where the agents' keys for encrypted rooms are kept; null: they neither read nor write there what is encrypted. */
  readonly keys: Store | null;
  /** With `keys`: agents hear nothing that is said in the clear, make encrypted rooms only, and have their keys from the start. */
  readonly onlyEncrypted?: boolean;
  readonly log: Log;
  readonly clock: Clock;
  /** Throws where this process may change nothing on the network any more: asked before each try of a request. Left out: it always may. */
  readonly guard?: () => void;
  readonly limits: HomeserverLimits;
  /** To and from the other processes that take events of this homeserver. Left out: there are none. */
  readonly signals?: Signals;
  /** Hears whenever the homeserver fails at something that it is to change, as it does when its disk is full. */
  readonly onUnwell?: () => void;
  /** Hears, at most once and in words for a person, that the start waits for the homeserver, and why. */
  readonly onWaiting?: (line: string) => void;
}
