import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody who is signed in at a homeserver. */
export interface Session {
  readonly homeserver: string;
  readonly userId: string;
  readonly token: string;
}

export interface Call {
  readonly body?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What the homeserver said instead of 2xx. */
export class MatrixError extends Error {
  readonly status: number;
  readonly errcode: string;

  constructor(request: string, status: number, body: string) {
    super(`${request}: ${status} ${body}`);
    this.name = 'MatrixError';
    this.status = status;
    this.errcode = /"errcode"\s*:\s*"(\w+)"/.exec(body)?.[1] ?? '';
  }
}

const retriesWhenLimited = 20;

/** One request of the client-server API. Waits and repeats where the homeserver says that it is too fast. */
export async function matrixResponse(
  session: Pick<Session, 'homeserver'> & Partial<Session>,
  method: string,
  path: string,
  call: Call = {},
): Promise<Response> {
  const url = new URL(path, session.homeserver);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, requestInit(session.token, method, call));
    if (response.ok) return response;
    const body = await response.text();
    if (response.status !== 429 || attempt === retriesWhenLimited) {
      throw new MatrixError(`${method} ${path}`, response.status, body);
    }
    await sleep(Number(/"retry_after_ms"\s*:\s*(\d+)/.exec(body)?.[1] ?? 500));
  }
}

/** The JSON that a request answers with; the caller names its shape. */
export async function matrixJson<T>(
  session: Pick<Session, 'homeserver'> & Partial<Session>,
  method: string,
  path: string,
  call: Call = {},
): Promise<T> {
  return (await (await matrixResponse(session, method, path, call)).json()) as T;
}

/** Parts of a path, each encoded. */
export function clientPath(...parts: string[]): string {
  return ['/_matrix/client/v3', ...parts.map(encodeURIComponent)].join('/');
}

function requestInit(token: string | undefined, method: string, call: Call): RequestInit {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const init: RequestInit = { method, headers };
  if (call.signal !== undefined) init.signal = call.signal;
  if (call.bytes !== undefined) {
    headers['content-type'] = call.contentType ?? 'application/octet-stream';
    init.body = call.bytes;
  } else if (method !== 'GET') {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(call.body ?? {});
  }
  return init;
}
