import { createServer } from 'node:net';
import { ParleyError } from '../core/errors.ts';

const tries = 100;

/** The first of `candidates` that is free on this machine, or else the first free one after the last of them. */
export async function freePort(candidates: readonly [number, ...number[]]): Promise<number> {
  const last = candidates.at(-1) ?? candidates[0];
  const following = Array.from({ length: tries }, (_, index) => last + 1 + index);
  for (const port of [...candidates, ...following]) {
    if (port <= 65_535 && (await isFree(port))) return port;
  }
  throw new ParleyError(
    'PORT_IN_USE',
    `No free port for the homeserver between ${last} and ${last + tries}. Set PARLEY_HOMESERVER_PORT to a free one.`,
  );
}

/** Free on loopback and on all addresses: some systems let a server on one address hide another that listens on all. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
