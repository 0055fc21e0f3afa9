import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A site of the web on this machine, whose pages are functions. */
export interface Site {
  /** `http://localhost:1234`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What was asked for, in order: paths with queries. */
  readonly asked: string[];
  /** What is given for a path from now on, whatever the query. */
  page(path: string, answer: Answer | string): void;
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const pages = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = pages.get(path.split('?')[0] ?? '');
    if (answer === undefined) response.writeHead(404, { 'content-type': 'text/html' }).end('Not there.');
    else answer(request, response);
  });
  // Under every address that the name has.
  await new Promise<void>(resolve => server.listen(0, '::', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    port,
    asked,
    page(path, answer) {
      const given: Answer = typeof answer === 'string' ? html(answer) : answer;
      pages.set(path, given);
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export const html =
  (body: string): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);

export const leadTo =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    void response.writeHead(status, { location: Buffer.from(location).toString('latin1') }).end();

export const give =
  (contentType: string, data: string | Uint8Array): Answer =>
  (_request, response) =>
    void response.writeHead(200, { 'content-type': contentType }).end(data);
