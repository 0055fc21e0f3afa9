import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubHomeserver extends AsyncDisposable {
  readonly url: string;
  /** How many requests there were. */
  requests(): number;
}

/**
 * Says yes to all that Parley does to make its agents users, and remembers nothing but their profiles: making ten thousand accounts takes a
 * real homeserver hours.
 */
export async function startStubHomeserver(): Promise<StubHomeserver> {
  const profiles = new Map<string, object>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void readJson(request).then(body => {
      const { status, answer } = answerTo(profiles, request, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answerTo(profiles: Map<string, object>, { method, url = '' }: IncomingMessage, body: object) {
  const path = url.split('?')[0] ?? '';
  const profile = /^\/_matrix\/client\/v3\/profile\/([^/]+)/.exec(path)?.[1];
  if (path === '/_matrix/client/versions') return ok({ versions: ['v1.16'] });
  if (path === '/_matrix/media/v3/upload') return ok({ content_uri: 'mxc://bench.test/picture' });
  if (profile === undefined) return ok({});
  if (method === 'PUT') profiles.set(profile, { ...profiles.get(profile), ...body });
  const known = profiles.get(profile);
  return known === undefined ? { status: 404, answer: { errcode: 'M_NOT_FOUND', error: 'unknown' } } : ok(known);
}

const ok = (answer: object) => ({ status: 200, answer });

async function readJson(request: IncomingMessage): Promise<object> {
  const bytes = Buffer.concat(await request.toArray());
  if (!request.headers['content-type']?.startsWith('application/json')) return {};
  return JSON.parse(bytes.toString('utf8') || '{}') as object;
}
