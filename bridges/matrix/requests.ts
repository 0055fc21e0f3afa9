import { MatrixHttpApi, Method } from 'matrix-js-sdk/lib/http-api/index.js';
import type { AgentId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Comeback } from './comeback.ts';
import { failureOf } from './failure.ts';
import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import { withRetries } from './retries.ts';
import type { HomeserverLimits } from './turn-to-ask.ts';

export interface MatrixRequest {
  /** For errors: `send a message to !room`. */
  readonly what: string;
  /** Null: the application service itself. */
  readonly as: AgentId | null;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Under `/_matrix/client/v3`, unless `prefix` says otherwise. */
  readonly path: string;
  readonly prefix?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  readonly contentType?: string;
  /** For one try. */
  readonly timeoutMs?: number;
  /** How long to try again what may pass. 0: not at all. */
  readonly tryForMs?: number;
  /** Without the agent's device: for making it. */
  readonly withoutDevice?: boolean;
  /** Another device than the one that all requests name. It is not made anew where somebody signed it out. */
  readonly device?: string;
}

type Identity = Pick<MatrixRequest, 'as' | 'withoutDevice' | 'device'>;

/** Sends requests to the homeserver as any of the agents. */
export interface MatrixRequests {
  /** The JSON of the answer. Rejects with `ParleyError`; its cause is what the SDK threw. */
  call(request: MatrixRequest): Promise<unknown>;
  /** The raw answer of a GET, for contents. Not tried again. */
  get(as: AgentId, path: string, signal: AbortSignal): Promise<Response>;
  /** Whether requests name the agent's device (MSC4190). */
  useDevices: boolean;
  /** Ends the pauses between tries; what waits there fails. */
  stop(): void;
}

export interface RequestsOptions {
  readonly homeserverUrl: string;
  readonly asToken: string;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every request whether the homeserver was there. */
  readonly saw: (reached: boolean) => void;
  /** Hears that the homeserver failed at what it was to change. */
  readonly onUnwell: () => void;
  /** Throws where this process may not change anything any more. */
  readonly guard: () => void;
  readonly limits: HomeserverLimits;
  /** Tells that the homeserver is back after it was away. */
  readonly comeback: Pick<Comeback, 'next'>;
}

/** The one device of each agent. */
const deviceId = 'PARLEY';

/** https://github.com/matrix-org/matrix-spec-proposals/pull/4190 */
export function makeDevice(as: AgentId, device = deviceId): MatrixRequest {
  const body = { display_name: 'Parley' };
  const what = `make a device for ${as}`;
  return { what, as, method: 'PUT', path: path('devices', device), body, withoutDevice: true };
}

const clientPrefix = '/_matrix/client/v3';
const defaultTimeoutMs = 30_000;
// The SDK lets go of its time limit when the headers are there, so the body needs one too.
const wholeAnswerMs = 60_000;
/** What is streamed: a medium. */
const streamMs = 60_000;

/**
 * One connection of the SDK for all agents. A whole SDK client for each would hold a store, a scheduler and a crypto backend that an
 * application service never uses (8 KiB and 0.14 ms each, 35 MB and 0.2 s for the import), and its send queue orders by room.
 */
export function matrixRequests(options: RequestsOptions): MatrixRequests {
  const stopping = new AbortController();
  const http = new MatrixHttpApi(silent, {
    baseUrl: options.homeserverUrl,
    prefix: clientPrefix,
    accessToken: options.asToken,
    onlyData: true,
    fetchFn: (resource, init) => within(wholeAnswerMs, limit => fetchWhole(resource, init, limit)),
  });

  const requests: MatrixRequests = {
    call: request => withRetries(request, { ...options, stopping: stopping.signal }, () => attempt(request)),
    get: (as, path, signal) => {
      const query = new URLSearchParams(identity({ as }));
      const headers = { authorization: `Bearer ${options.asToken}` };
      return fetch(`${options.homeserverUrl}${path}?${query}`, {
        headers,
        signal: also(AbortSignal.timeout(streamMs), signal),
      });
    },
    useDevices: true,
    stop: () => stopping.abort(),
  };

  async function attempt(request: MatrixRequest): Promise<unknown> {
    try {
      return await once(http, request, identity(request));
    } catch (error) {
      if (request.as === null || request.device !== undefined || failureOf(error).errcode !== 'M_UNKNOWN_DEVICE')
        throw error;
      // Somebody signed the agent's device out. Nothing was done yet, so it may be made anew.
      const device = makeDevice(request.as);
      await once(http, device, identity(device));
      return once(http, request, identity(request));
    }
  }

  function identity({ as, withoutDevice, device }: Identity): Record<string, string> {
    if (as === null) return {};
    const user = { user_id: options.names.userId(as) };
    if (device !== undefined) return { ...user, device_id: device };
    return withoutDevice || !requests.useDevices ? user : { ...user, device_id: deviceId };
  }

  return requests;
}

/** The SDK tells its client of signed-out sessions; an application service has none. */
const silent = { emit: () => false } as unknown as ConstructorParameters<typeof MatrixHttpApi>[0];

const also = (limit: AbortSignal, signal: AbortSignal | null | undefined): AbortSignal =>
  signal ? AbortSignal.any([signal, limit]) : limit;

/** `AbortSignal.timeout` would be held until its time has come: thousands of them, under load. */
async function within<T>(ms: number, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException('It took too long.', 'TimeoutError')), ms);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** An answer with all of its body. */
async function fetchWhole(
  resource: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  limit: AbortSignal,
): Promise<Response> {
  const answer = await fetch(resource, { ...init, signal: also(limit, init?.signal) });
  const body = await answer.arrayBuffer();
  return new Response(body.byteLength === 0 ? null : body, answer);
}

function once(http: MatrixHttpApi<SdkOptions>, request: MatrixRequest, who: Record<string, string>): Promise<unknown> {
  return within(request.timeoutMs ?? defaultTimeoutMs, abortSignal =>
    http.authedRequest(methods[request.method], request.path, { ...request.query, ...who }, request.body, {
      abortSignal,
      priority: 'auto',
      ...(request.prefix === undefined ? {} : { prefix: request.prefix }),
      ...(request.contentType === undefined ? {} : { headers: { 'Content-Type': request.contentType } }),
    }),
  );
}

type SdkOptions = ConstructorParameters<typeof MatrixHttpApi>[1];

const methods = { GET: Method.Get, PUT: Method.Put, POST: Method.Post, DELETE: Method.Delete };
