import fastify, { type FastifyInstance } from 'fastify';
import type { Readiness } from './readiness.ts';
import type { Status } from './status.ts';

export interface Monitored {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly status: () => Promise<Status>;
}

/** Those who watch are few, ask for little, and take what they get. */
const requestTimeout = 10_000;
const bodyLimit = 1024;
const mostConnections = 64;
const portsToTry = 20;

/** What watches Parley asks here: is it alive, is it ready, what does it count, how is it. Nothing here changes anything. */
export function monitorListener({ readiness, metrics, status }: Monitored): FastifyInstance {
  const listener = fastify({ logger: false, bodyLimit, requestTimeout, forceCloseConnections: true });
  listener.server.maxConnections = mostConnections;
  listener.get('/healthz', async () => ({ status: 'ok' }));
  listener.get('/readyz', async (_, reply) => {
    const found = await readiness();
    return reply.code(found.ready ? 200 : 503).send(found);
  });
  listener.get('/metrics', async (_, reply) => {
    const { type, text } = await metrics();
    return reply.header('content-type', type).send(text);
  });
  listener.get('/status', async () => status());
  return listener;
}

/** Listens on the wished port, or one of the next, or any. Gives the address. */
export async function listenNear(listener: FastifyInstance, wished: number, host: string): Promise<string> {
  const next = Array.from({ length: portsToTry }, (_, index) => wished + index).filter(port => port <= 65_535);
  for (const port of [...next, 0]) {
    try {
      return await listener.listen({ port, host });
    } catch (error) {
      if (!isTaken(error) || port === 0) throw error;
    }
  }
  throw new Error(`No port is free at ${host}.`);
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
