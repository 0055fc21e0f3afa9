import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { type Dialler, outward } from '../../../sandboxes/docker/outward.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import type { Grant } from '../../../src/ports/sandbox-network.ts';

/** A server that stands for every host, and the proxy before it. */
async function opened(grants: readonly Grant[], answer = 'hello', dialled?: Dialler) {
  const seen: IncomingMessage[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    seen.push(request);
    let body = '';
    for await (const piece of request) body += piece;
    bodies.push(body);
    response.writeHead(200, { 'x-answer': 'yes', connection: 'close' }).end(answer);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const dials: string[] = [];
  const proxy = outward(
    dialled ??
      (async ({ host, port: wanted }) => {
        dials.push(`${host}:${wanted}`);
        return connect(port, '127.0.0.1');
      }),
  );
  proxy.grant(grants);
  onTestFinished(() => {
    proxy.end();
    server.closeAllConnections();
    server.close();
  });
  const begin = (): Duplex => {
    const [inside, outside] = duplexPair();
    proxy.serve(outside);
    return inside;
  };
  const say = (text: string): Promise<string> => allOf(begin(), text);
  return { proxy, seen, bodies, dials, begin, say };
}

function allOf(stream: Duplex, text: string): Promise<string> {
  let got = '';
  stream.on('data', piece => {
    got += piece;
  });
  stream.write(text);
  return new Promise(resolve =>
    stream
      .on('error', () => resolve(got))
      .on('end', () => resolve(got))
      .on('close', () => resolve(got)),
  );
}

const get = (address: string, headers = ''): string =>
  `GET ${address} HTTP/1.1\r\nhost: whatever\r\n${headers}connection: close\r\n\r\n`;
const open = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`;

it('passes on a plain request to a host and port that are granted', async () => {
  const { say, dials, seen } = await opened([{ host: 'packages.internal', port: 8080, internal: true }]);
  const answer = await say(get('http://packages.internal:8080/simple/?a=1', 'proxy-authorization: x\r\nx-mine: y\r\n'));
  expect(answer).toMatch(/^HTTP\/1.1 200[\s\S]*x-answer: yes[\s\S]*hello/);
  expect(dials).toEqual(['packages.internal:8080']);
  expect([seen[0]?.url, seen[0]?.headers.host, seen[0]?.headers['x-mine']]).toEqual([
    '/simple/?a=1',
    'packages.internal:8080',
    'y',
  ]);
  expect(seen[0]?.headers['proxy-authorization']).toBeUndefined();
});

it('adds credentials outside, and drops what stands there under their names', async () => {
  const git = [{ repository: 'acme/app', headers: { Authorization: 'Bearer secret' } }];
  const { say, seen, bodies } = await opened([{ host: 'code.internal', port: 80, git }]);
  const body = 'x'.repeat(5000);
  const answer = await say(
    `POST http://code.internal/acme/app.git/git-upload-pack HTTP/1.1\r\nhost: x\r\nauthorization: mine\r\ncontent-length: ${body.length}\r\nconnection: close, x-hop\r\nx-hop: 1\r\n\r\n${body}`,
  );
  expect(answer).not.toContain('secret');
  expect(seen[0]?.headers.authorization).toBe('Bearer secret');
  expect(seen[0]?.headers['x-hop']).toBeUndefined();
  expect(bodies).toEqual([body]);
});

it('makes a tunnel to a host that is granted, which ends with the grant', async () => {
  const { begin, dials, proxy } = await opened([{ host: '*.example.org', port: 443 }]);
  const stream = begin();
  stream.write(open('www.example.org:443'));
  const first = await new Promise<Buffer>(resolve => stream.once('data', resolve));
  expect(first.toString()).toMatch(/^HTTP\/1.1 200/);
  const rest = allOf(stream, get('/through'));
  expect(await rest).toContain('hello');
  expect(dials).toEqual(['www.example.org:443']);
  const second = begin();
  second.write(open('www.example.org:443'));
  await new Promise(resolve => second.once('data', resolve));
  const over = allOf(second, '');
  proxy.grant([]);
  expect(await over).toBe('');
});

it.each([
  ['the host that is granted', 'pypi.org', true],
  ['another one behind the same address', 'evil.example', false],
  ['nobody', undefined, false],
])('a tunnel in which TLS names %s', async (_what, servername, isLet) => {
  const heard: string[] = [];
  const server = createTlsServer({ SNICallback: (name, done) => done(null, void heard.push(name) as never) }, socket =>
    socket.on('error', () => undefined).end('hello'),
  );
  server.on('tlsClientError', () => undefined);
  server.on('connection', () => heard.push('connected'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  let sent = 0;
  const { begin } = await opened([{ host: 'pypi.org' }], '', async () => {
    const socket = connect(port, '127.0.0.1');
    const write = socket.write.bind(socket) as (piece: Buffer) => boolean;
    socket.write = ((piece: Buffer) => {
      sent += piece.length;
      return write(piece);
    }) as never;
    return socket;
  });
  const stream = begin();
  stream.on('error', () => undefined);
  stream.write(open('pypi.org:443'));
  await new Promise(resolve => stream.once('data', resolve));
  const hello = await clientHello(servername);
  // In pieces, as a program may send it.
  for (let at = 0; at < hello.length; at += 50) stream.write(hello.subarray(at, at + 50));
  await new Promise(resolve => stream.once('close', resolve).once('data', resolve).once('end', resolve));
  expect([sent === hello.length, sent === 0, heard.includes('pypi.org')]).toEqual([isLet, !isLet, isLet]);
});

/** The first words of a real client. */
function clientHello(servername: string | undefined): Promise<Buffer> {
  const [near, far] = duplexPair();
  const client = connectTls({
    socket: near,
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: false,
  });
  client.on('error', () => undefined);
  return new Promise(resolve =>
    far.once('data', (piece: Buffer) => {
      resolve(piece);
      client.destroy();
    }),
  );
}

it.each([
  ['a host that is not granted', open('evil.example:443')],
  ['another port', open('pypi.org:22')],
  ['a name that only begins like it', open('pypi.org.evil.example:443')],
  ['a name that only ends like it', open('evilpypi.org:443')],
  ['the domain itself, where what is below it is granted', open('wild.org:443')],
  ['an address', open('127.0.0.1:443')],
  ['nothing', open('')],
  ['no port', open('pypi.org')],
  ['a path', open('/etc/passwd')],
  ['a plain request elsewhere', get('http://evil.example/')],
  ['a plain request with a user in it', get('http://pypi.org@evil.example/')],
  ['a user in it, the other way round', get('http://evil.example@pypi.org/')],
  ['another scheme', get('file:///etc/passwd')],
  ['a request to the proxy itself', get('/')],
  ['a port that is not granted', get('http://pypi.org:8080/')],
])('refuses %s, and connects to nothing', async (_what, request) => {
  const { say, dials } = await opened([{ host: 'pypi.org' }, { host: '*.wild.org' }]);
  expect(await say(request)).toMatch(/^(HTTP\/1.1 40[03]|$)/);
  expect(dials).toEqual([]);
});

it('says why where the address is refused or nobody answers, and connects by names only', async () => {
  const refusing: Dialler = async () => {
    throw new ParleyError('ADDRESS_REFUSED', '"rebound.example" is no place of the public internet.');
  };
  const { say } = await opened([{ host: 'rebound.example' }], '', refusing);
  expect(await say(open('rebound.example:443'))).toMatch(/^HTTP\/1.1 403[\s\S]*no place of the public internet/);
  expect(await say(get('http://rebound.example/'))).toMatch(/^HTTP\/1.1 403/);
});

it.each([
  '\0\0\0\0',
  'GET',
  'GET http://pypi.org/ HTTP/9.9\r\n\r\n',
  `GET http://pypi.org/ HTTP/1.1\r\n${'x: y\r\n'.repeat(20_000)}\r\n`,
  'CONNECT '.repeat(1000),
])('is not troubled by what is no request', async noise => {
  const { begin, dials } = await opened([{ host: 'pypi.org' }]);
  const stream = begin();
  stream.on('error', () => undefined);
  stream.end(noise);
  await new Promise(resolve => stream.on('close', resolve).on('end', resolve).resume());
  expect(dials).toEqual([]);
});

it('does not take a second request that hides in the first', async () => {
  const { say, seen } = await opened([{ host: 'pypi.org', port: 80 }]);
  await say(
    'GET http://pypi.org/ HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET http://pypi.org/hidden HTTP/1.1\r\nhost: x\r\n\r\n',
  ).catch(() => '');
  expect(seen.map(({ url }) => url)).not.toContain('/hidden');
});

const isSocket = (socket: Socket): boolean => socket.destroyed;
it('ends what goes on with the workspace', async () => {
  const sockets: Socket[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const { begin, proxy } = await opened([{ host: 'pypi.org' }], '', async () => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    return socket;
  });
  const stream = begin();
  stream.write(open('pypi.org:443'));
  await new Promise(resolve => stream.once('data', resolve));
  proxy.end();
  expect(sockets.map(isSocket)).toEqual([true]);
});
