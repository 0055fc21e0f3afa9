import { randomUUID } from 'node:crypto';
import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { ParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { CallsBack } from './calls-back.ts';
import { errcodeOf } from './errcode.ts';
import { path } from './path.ts';
import { pauseBefore, pauseFor } from './pause.ts';
import type { MatrixRequests } from './requests.ts';

export interface PingOptions {
  readonly requests: MatrixRequests;
  readonly registrationId: string;
  readonly callsBack: Pick<CallsBack, 'expect' | 'came'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onWaiting?: ((line: string) => void) | undefined;
}

/** A homeserver that starts at the same time, or is busy, may need a while before it reaches Parley. */
const unreachableMs = 30_000;
const requestTimeoutMs = 20_000;
const limitMs = 120_000;
const limit = '2 minutes';
/** Waiting for less is not worth a word. */
const silentMs = 3_000;

const restart = 'then restart the homeserver, which reads the registration only when it starts';
const remedies = new Map<string, string>(
  Object.entries({
    M_UNKNOWN_TOKEN: `The homeserver does not know Parley's as_token. Give it the registration that \`npx parley registration\` prints, ${restart}.`,
    M_MISSING_TOKEN: 'The homeserver saw no token. If a proxy stands between, let it pass the Authorization header on.',
    M_FORBIDDEN: `The homeserver knows Parley's as_token under another id. Make its registration the one that \`npx parley registration\` prints, ${restart}.`,
    M_URL_NOT_SET: `The registration at the homeserver has no url. Make it the one that \`npx parley registration\` prints, ${restart}.`,
    M_BAD_STATUS: `The homeserver reaches Parley with another hs_token, or something else answers at the registration's url. Make the registration the one that \`npx parley registration\` prints, ${restart}.`,
    M_CONNECTION_FAILED: `The homeserver can't reach the registration's url. Correct \`url\`, or let connections to Parley's port through; ${restart}.`,
    M_CONNECTION_TIMEOUT: `The registration's url does not answer the homeserver in time. Correct \`url\`, or let connections to Parley's port through; ${restart}.`,
  }),
);
const behindGateway =
  'What stands between the homeserver and Parley (a load balancer, a proxy) says that nobody is there. Let it reach Parley’s port, and let its ' +
  'health checks see Parley as soon as it listens.';
const mayPass: ReadonlySet<string> = new Set(['M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT']);

/**
 * Asks the homeserver to call back, until it does or the time is over. That proves both tokens and the url, and ends the homeserver's back-off, so that it
 * delivers at once what waits. https://spec.matrix.org/v1.16/application-service-api/#pinging
 */
export async function ping(options: PingOptions): Promise<void> {
  const { clock, log, signal } = options;
  const begun = clock.now();
  let told = false;
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const problem = await tryOnce(options);
    if (problem === null) return;
    const errcode = errcodeOf(problem) ?? '';
    if (errcode === 'M_UNRECOGNIZED') return void log.info({}, 'the homeserver knows no ping; going on without');
    const isGateway = metGateway(problem);
    const remedy = isGateway ? behindGateway : remedies.get(errcode);
    const passes = isGateway || mayPass.has(errcode);
    if (remedy !== undefined && (!passes || clock.now() - begun >= unreachableMs)) throw rejected(remedy, problem);
    const pause = pauseBefore(tries + 2, null);
    const waited = clock.now() - begun;
    if (waited + pause >= limitMs) throw unanswered(problem);
    if (!told && waited >= silentMs) {
      told = true;
      options.onWaiting?.(`Waiting for the homeserver, at most ${limit}. ${problem.message}`);
    }
    log.warn({ tries, pause, problem: problem.message }, 'the homeserver did not call back; again');
    await pauseFor(clock, pause, signal);
  }
}

/**
 * Where the homeserver has called back, it does not matter what it says of it: Synapse answers a ping with an error (`AlreadyCalled`) for as long as it is
 * sending a transaction again, and that one waits here until the ping is answered.
 */
async function tryOnce({ requests, registrationId, callsBack }: PingOptions): Promise<Error | null> {
  const id = randomUUID();
  callsBack.expect(id);
  try {
    await requests.call({
      what: 'ping',
      as: null,
      method: 'POST',
      prefix: '/_matrix/client/v1',
      path: path('appservice', registrationId, 'ping'),
      body: { transaction_id: id },
      timeoutMs: requestTimeoutMs,
      tryForMs: 0,
    });
    return null;
  } catch (error) {
    if (callsBack.came()) return null;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Whether the homeserver came to something that stands before Parley, and no further. */
function metGateway({ cause }: Error): boolean {
  return cause instanceof MatrixError && [502, 503, 504].includes(Number(cause.data.status));
}

function unanswered(cause: Error): ParleyError {
  const message = `The homeserver did not call back within ${limit}. ${cause.message} If that does not help, \`npx parley check\` tells more.`;
  return new ParleyError('HOMESERVER_UNREACHABLE', message, { cause, retry: true });
}

function rejected(remedy: string, cause: Error): ParleyError {
  return new ParleyError('REGISTRATION_REJECTED', remedy, { cause });
}
