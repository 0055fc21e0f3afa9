import { createServer, type Server } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import getPort, { clearLockedPorts, portNumbers } from 'get-port';
import { ParleyError } from '../core/errors.ts';

/** Homeservers send up to a hundred events of 64 KiB at once, and to-device messages beside them. */
const bodyLimit = 32 * 1024 * 1024;
const portsToTry = 100;
/** For the whole of a request: who sends it byte by byte must not hold a connection for ever. */
const requestTimeout = 60_000;

/** The wished port, or the next one that is free. What an earlier life of this process had is free as well. */
export async function freePort(wished: number, host: string): Promise<number> {
  const last = Math.min(wished + portsToTry, 65_535);
  clearLockedPorts();
  const port = await getPort({ port: portNumbers(wished, last), host });
  if (port >= wished && port <= last) return port;
  throw new ParleyError('PORT_IN_USE', `No port from ${wished} to ${last} is free. Set PARLEY_PORT to a free one.`);
}

/** What homeservers and probes call. Routes are added before it listens. */
export function newListener(): FastifyInstance {
  const listener = fastify({
    logger: false,
    bodyLimit,
    requestTimeout,
    forceCloseConnections: true,
    return503OnClosing: true,
  });
  listener.get('/healthz', async () => ({ status: 'ok' }));
  return listener;
}

/** Listens on the host, and on each further address. Gives what ends all of it. */
export async function listenOn(
  listener: FastifyInstance,
  port: number,
  hosts: readonly string[],
): Promise<() => Promise<void>> {
  const [first = '127.0.0.1', ...others] = [...new Set(hosts)];
  await listener.listen({ port, host: first });
  const more =
    first === '0.0.0.0' || first === '::'
      ? []
      : await Promise.all(others.map(host => listenAlso(listener, port, host)));
  return async () => {
    await listener.close();
    await Promise.all(more.map(server => new Promise(resolve => server.close(resolve))));
  };
}

function listenAlso(listener: FastifyInstance, port: number, host: string): Promise<Server> {
  const server = createServer({ requestTimeout }, (request, response) => listener.routing(request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
