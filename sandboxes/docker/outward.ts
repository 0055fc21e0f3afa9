import {
  createServer,
  type IncomingMessage,
  request as requestPlain,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectSecure } from 'node:tls';
import { isParleyError } from '../../src/core/errors.ts';
import { type Dial, dial } from '../../src/egress/dial.ts';
import type { Grant } from '../../src/ports/sandbox-network.ts';
import { type Gate, gateFor } from './git-gate.ts';
import { grantFor, type Target, targetOf } from './grants.ts';
import { onlyTo } from './server-name.ts';

export type Dialler = (wanted: Dial) => Promise<Socket>;

/** The proxy of one workspace, outside. */
export interface Outward {
  /** Speaks with whoever is at the other end of a stream. */
  serve(stream: Duplex): void;
  /** Allows these hosts from now on, and cuts the connections to all others. */
  grant(grants: readonly Grant[]): void;
  end(): void;
}

const idleMs = 120_000;
const headLimitMs = 10_000;
/** Of one connection; they are not passed on. */
const ofTheWay = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-connection'];

/** Reads what programs inside ask of their proxy, and does what is granted. All that comes in is untrusted, and all that goes out is named by a grant. */
export function outward(dialled: Dialler = dial): Outward {
  const ways = new Map<Duplex, { readonly host: string; readonly port: number }>();
  const ending = new AbortController();
  let grants: readonly Grant[] = [];

  const keep = (stream: Duplex, host: string, port: number): void => {
    ways.set(stream, { host, port });
    stream.on('close', () => ways.delete(stream));
  };

  const tunnel = async (asked: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    client.on('error', () => undefined);
    const { hostname: host, port: text } = authority(asked.url);
    const grant = grantFor(grants, host, Number(text));
    // Nobody sees what goes through a tunnel.
    if (grant === null || grant.git !== undefined) return void client.end(refusal(host));
    try {
      const server = await dialled({
        host,
        port: Number(text),
        signal: ending.signal,
        internal: grant.internal === true,
      });
      keep(server, host, Number(text));
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) client.unshift(head);
      join(client, server, host);
    } catch (error) {
      client.end(`HTTP/1.1 ${statusOf(error)} Not reached\r\nconnection: close\r\n\r\n${wordsOf(error)}\n`);
    }
  };

  const pass = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const target = targetOf(grants, asked.url ?? '');
    if (target === null)
      return void answer.writeHead(403, { connection: 'close' }).end(`${notGranted(asked.url ?? '')}\n`);
    const gate = await gateFor(asked, target);
    if (gate === null) return void answer.writeHead(403, { connection: 'close' }).end(`${notForGit}\n`);
    try {
      const { host, port, grant } = target;
      const server = await dialled({ host, port, signal: ending.signal, internal: grant.internal === true });
      keep(server, host, port);
      forward({ asked, answer, target, server, gate });
    } catch (error) {
      answer.writeHead(statusOf(error), { connection: 'close' }).end(`${wordsOf(error)}\n`);
    }
  };

  const server: Server = createServer({ headersTimeout: headLimitMs, requestTimeout: 0, maxHeaderSize: 32 * 1024 });
  server.on('request', (asked, answer) => void pass(asked, answer));
  server.on('connect', (asked, client, head) => void tunnel(asked, client, head));
  server.on('clientError', (_error, client) => client.destroy());
  return {
    serve: stream => void server.emit('connection', stream),
    grant(given) {
      grants = given;
      for (const [stream, { host, port }] of ways) if (grantFor(grants, host, port) === null) stream.destroy();
    },
    end() {
      grants = [];
      ending.abort(new Error('the workspace ended'));
      for (const stream of ways.keys()) stream.destroy();
    },
  };
}

function authority(text = ''): URL {
  const address = `http://${text}`;
  return URL.canParse(address) ? new URL(address) : new URL('http://invalid.invalid:1');
}

function join(client: Duplex, server: Socket, host: string): void {
  const gate = onlyTo(host);
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  server.setTimeout(idleMs, end);
  for (const side of [client, server]) side.on('error', end).on('close', end);
  gate.on('error', end);
  client.pipe(gate).pipe(server).pipe(client);
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly target: Target;
  readonly server: Socket;
  readonly gate: Gate;
}

function forward({ asked, answer, target, server, gate }: Exchange): void {
  const { host, port, secure, path } = target;
  const own = { ...gate.headers, host: port === 443 || port === 80 ? host : `${host}:${port}`, connection: 'close' };
  const options = { method: asked.method ?? 'GET', path, headers: { ...passedOn(asked, Object.keys(own)), ...own } };
  // With an agent, also `false`, it would make a connection of its own, to what the name means by then.
  const createConnection = (): Socket => (secure ? connectSecure({ socket: server, servername: host }) : server);
  const ask = (secure ? requestSecure : requestPlain)({ ...options, host, port, createConnection });
  const fail = (): void => {
    server.destroy();
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(502, { connection: 'close' }).end('The connection broke.\n');
  };
  ask.setTimeout(idleMs, fail);
  ask.on('error', fail);
  ask.on('response', got => {
    answer.writeHead(got.statusCode ?? 502, passedOn(got, []));
    got.on('error', fail).pipe(answer);
  });
  answer.on('close', () => server.destroy());
  if (gate.head.length > 0) ask.write(gate.head);
  asked.on('error', fail).pipe(ask);
}

/** The headers of a message that go on, without those that belong to a connection or are set by somebody else. */
function passedOn(message: IncomingMessage, without: readonly string[]): Record<string, string | string[]> {
  const named = String(message.headers.connection ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase());
  const dropped = new Set([...ofTheWay, ...named, ...without.map(name => name.toLowerCase())]);
  return Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) || name.startsWith('proxy-') ? [] : [[name, value]],
    ),
  );
}

const statusOf = (error: unknown): number => (isParleyError(error, 'ADDRESS_REFUSED') ? 403 : 502);
const wordsOf = (error: unknown): string => (isParleyError(error) ? error.message : 'It can’t be reached.');
const notForGit = 'Only the tool git may ask for that, and nothing was pushed that a person has not allowed.';
const notGranted = (what: string): string => `${what.slice(0, 200)} may not be reached from this workspace.`;
const refusal = (host: string): string => `HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n${notGranted(host)}\n`;
