import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than a bridge takes for a transaction, and shorter than a homeserver waits. */
const patienceMs = 6_000;

/** What stands before several bridges, as a proxy of an operator would. */
export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Gives each request to one of the bridges, in turns, and to the next one where it is not there, answers that it can't (5xx), or does not answer
 * in time. The homeserver hears 502 where none could.
 */
export async function openBalancer(ports: readonly number[], port = 0): Promise<Balancer> {
  let turn = 0;
  const server = createServer((request, response) => {
    turn += 1;
    const order = ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0);
    passOn(request, response, order).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function passOn(request: IncomingMessage, response: ServerResponse, ports: readonly number[]): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  for (const port of ports) {
    const answer = await ask(port, request, body);
    if (answer === null || answer.status >= 500) continue;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    return;
  }
  response.writeHead(502, { 'content-type': 'application/json' }).end('{"errcode":"M_UNKNOWN","error":"no bridge"}');
}

/** What a bridge answers, or null. */
async function ask(port: number, { method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer) {
  const { authorization = '', 'content-type': type = 'application/json' } = headers;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
      method,
      headers: { authorization, 'content-type': type },
      ...(hasBody ? { body: new Uint8Array(body) } : {}),
      signal: AbortSignal.timeout(patienceMs),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return null;
  }
}
