import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one call is answered with. */
export interface Reaction {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
  /** What comes after the body: its proper end, nothing, or the end of the connection. */
  readonly ending?: 'hang' | 'drop';
}

export interface Call {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** When the client closed the connection before the end. */
  closedAt: number | null;
}

export interface ProviderServer extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly Call[];
  /** What every call gets from now on, or what each gets. */
  react(reaction: Reaction | ((call: Call, index: number) => Reaction)): void;
}

/** A server that answers any call with what the test says: for the wire formats of providers. */
export async function startProviderServer(): Promise<ProviderServer> {
  const calls: Call[] = [];
  let react: (call: Call, index: number) => Reaction = () => ({ status: 404, body: '{}' });
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const call: Call = {
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
      closedAt: null,
    };
    const reaction = react(call, calls.push(call) - 1);
    response.on('close', () => {
      if (!response.writableFinished) call.closedAt = performance.now();
    });
    response.writeHead(reaction.status ?? 200, { 'content-type': 'application/json', ...reaction.headers });
    if (reaction.ending === undefined) response.end(reaction.body);
    else response.write(reaction.body, () => reaction.ending === 'drop' && setTimeout(() => response.destroy(), 20));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    react: reaction => {
      react = typeof reaction === 'function' ? reaction : () => reaction;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
