import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';

const answerSchema = z
  .object({ errcode: z.string(), error: z.string(), status: z.number(), body: z.string() })
  .partial();

/** What the homeserver says to a request that it ping us. `status` is 0 where it said nothing. */
export interface PingAnswer {
  readonly status: number;
  readonly errcode: string | undefined;
  readonly error: string | undefined;
  /** What our own side answered to the homeserver, where that was the trouble. */
  readonly ourStatus: number | undefined;
}

/**
 * Asks the homeserver to ping the application service.
 * https://spec.matrix.org/latest/application-service-api/#post_matrixclientv1appserviceappserviceidping
 */
export async function pingAnswer(homeserver: string, asToken: string, signal: AbortSignal): Promise<PingAnswer> {
  try {
    const response = await fetch(`${homeserver}/_matrix/client/v1/appservice/parley/ping`, {
      method: 'POST',
      headers: { authorization: `Bearer ${asToken}`, 'content-type': 'application/json' },
      body: '{"transaction_id":"parley-check"}',
      signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]),
    });
    const { errcode, error, status } = answerSchema.catch({}).parse(await response.json().catch(() => ({})));
    return { status: response.status, errcode, error, ourStatus: status };
  } catch (error) {
    signal.throwIfAborted();
    return {
      status: 0,
      errcode: undefined,
      error: error instanceof Error ? error.message : undefined,
      ourStatus: undefined,
    };
  }
}

/**
 * Answers pings at the listener's address, as Parley does while it runs. Where the port is taken, presumably by Parley itself, nothing
 * is started.
 */
export async function standIn(
  { host, port }: { readonly host: string; readonly port: number },
  hsToken: string,
): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    request.resume();
    const isPing = request.method === 'POST' && request.url?.split('?')[0] === '/_matrix/app/v1/ping';
    const status = !isPing ? 404 : shows(request, hsToken) ? 200 : 403;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end('{}');
  });
  const listening = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  return {
    async [Symbol.asyncDispose]() {
      if (!listening) return;
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function shows(request: IncomingMessage, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(request.headers.authorization ?? ''), hash(`Bearer ${token}`));
}
