import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountRoutes } from './account-routes.ts';
import { deliverer } from './deliver.ts';
import { messageRoutes } from './message-routes.ts';
import { pingRoutes } from './ping-routes.ts';
import { roomRoutes } from './room-routes.ts';
import { type Asked, matcher } from './route.ts';
import { type FakeOptions, type FakeWorld, isAgent, Refusal } from './world.ts';

/**
 * The part of a homeserver that Parley and its tests use, in this process: fast, forgetful, and without any permission but being in
 * the room. A person's token is `person <user id>`.
 */
/** What comes in place of the fake's answer; null: nothing. */
type Instead = {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
} | null;

export interface FakeHomeserver {
  readonly url: string;
  readonly world: FakeWorld;
  /** Every request, as `PUT /rooms/*…` without the prefix, oldest first. */
  readonly requests: string[];
  /** Answers requests for as long as it gives a status, in place of the fake. */
  intercept: (request: string) => Instead | Promise<Instead>;
  close(): Promise<void>;
}

const routes = [...accountRoutes, ...roomRoutes, ...messageRoutes, ...pingRoutes].map(matcher);
const prefix = /^\/_matrix\/(?:client|media)\/(?:v3|v1)/;

export async function startFakeHomeserver(options: FakeOptions): Promise<FakeHomeserver> {
  const world = emptyWorld(options);
  const requests: string[] = [];
  const fake = { requests, intercept: (_request: string): Instead | Promise<Instead> => null };
  const server = createServer((request, response) => {
    answer(world, fake, request)
      .catch(refuse)
      .then(({ status, body, headers }) => {
        const raw = Buffer.isBuffer(body);
        response.writeHead(status, {
          'content-type': raw ? 'application/octet-stream' : 'application/json',
          ...headers,
        });
        response.end(raw ? body : JSON.stringify(body));
      });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(fake, { url, world, close: () => close(server, world) });
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function answer(
  world: FakeWorld,
  fake: Pick<FakeHomeserver, 'requests' | 'intercept'>,
  request: IncomingMessage,
): Promise<Answer> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://fake');
  const body = await read(request);
  const path = pathname.replace(prefix, '');
  const called = `${request.method} ${path}`;
  fake.requests.push(decodeURIComponent(called));
  const instead = await fake.intercept(decodeURIComponent(called));
  if (instead !== null) return instead;
  const user = whoAsks(world, request.headers.authorization ?? '', query);
  const type = request.headers['content-type'] ?? '';
  const json = type.startsWith('application/json') && body.length > 0 ? JSON.parse(body.toString()) : {};
  const asked: Asked = { world, user, path, query, json, body, type };
  for (const { pattern, run } of routes) {
    const parts = pattern.exec(called);
    if (parts !== null) return { status: 200, body: await run(asked, ...parts.slice(1).map(decodeURIComponent)) };
  }
  throw new Refusal(404, 'M_UNRECOGNIZED', `the fake knows no ${called}`);
}

function whoAsks({ options, devices }: FakeWorld, authorization: string, query: URLSearchParams): string {
  const token = authorization.replace(/^Bearer /, '');
  if (token.startsWith('person ')) return token.slice('person '.length);
  if (token !== options.asToken) throw new Refusal(401, 'M_UNKNOWN_TOKEN', 'Invalid access token passed.');
  const user = query.get('user_id') ?? `@${options.senderLocalpart}:${options.serverName}`;
  if (!isAgent(options, user)) throw new Refusal(403, 'M_FORBIDDEN', 'not in the namespace');
  const device = query.get('device_id');
  if (device === null || devices.has(`${user} ${device}`)) return user;
  throw new Refusal(400, 'M_UNKNOWN_DEVICE', `${user} has no device ${device}`);
}

function refuse(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: { errcode: error.errcode, error: error.message } };
  return { status: 500, body: { errcode: 'M_UNKNOWN', error: String(error) } };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function emptyWorld(options: FakeOptions): FakeWorld {
  const world: FakeWorld = {
    options,
    rooms: new Map(),
    aliases: new Map(),
    users: new Map(),
    devices: new Set(),
    presence: new Map(),
    typing: new Map(),
    media: new Map(),
    transactions: new Map(),
    deliverer: deliverer(() => world.listenerUrl, options.hsToken),
    listenerUrl: null,
    failsAfterPing: false,
  };
  return world;
}

async function close(server: Server, world: FakeWorld): Promise<void> {
  await world.deliverer.stop();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}
