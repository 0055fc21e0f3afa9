import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than a bridge holds a transaction back while it looks up what it missed. */
const patienceMs = 30_000;
const askEveryMs = 1_000;
/** Who does not answer a question for that long is taken to be away, until they answer one. */
const healthMs = 3_000;

/** What stands before several bridges, as a proxy of an operator would. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/** One of those who can be asked. */
interface Backend {
  readonly port: number;
  /** Aborted when it does not answer any more; anew when it does. */
  away: AbortController;
}

/**
 * Gives each request to one of the bridges, in turns, and to the next one where it is not there, answers that it can't (5xx), or does not answer
 * any more. The homeserver hears 502 where none could.
 */
export async function openBalancer(ports: readonly number[], port = 0): Promise<Balancer> {
  const backends = ports.map((one): Backend => ({ port: one, away: new AbortController() }));
  const watching = setInterval(() => void Promise.all(backends.map(lookAfter)), askEveryMs);
  let turn = 0;
  const server = createServer((request, response) => {
    turn += 1;
    const order = backends.map((_, index) => backends[(turn + index) % backends.length] as Backend);
    passOn(request, response, order).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      clearInterval(watching);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Any answer will do: whoever is frozen gives none. */
async function lookAfter(backend: Backend): Promise<void> {
  const answers = await fetch(`http://127.0.0.1:${backend.port}/`, { signal: AbortSignal.timeout(healthMs) }).then(
    response => response.text().then(() => true),
    () => false,
  );
  if (!answers) backend.away.abort();
  else if (backend.away.signal.aborted) backend.away = new AbortController();
}

async function passOn(request: IncomingMessage, response: ServerResponse, backends: readonly Backend[]): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  for (const backend of backends) {
    const answer = await ask(backend, request, body);
    if (answer === null || answer.status >= 500) continue;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    return;
  }
  response.writeHead(502, { 'content-type': 'application/json' }).end('{"errcode":"M_UNKNOWN","error":"no bridge"}');
}

/** What a bridge answers, or null. */
async function ask({ port, away }: Backend, { method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer) {
  const { authorization = '', 'content-type': type = 'application/json' } = headers;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
      method,
      headers: { authorization, 'content-type': type },
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
      signal: AbortSignal.any([away.signal, AbortSignal.timeout(patienceMs)]),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return null;
  }
}
