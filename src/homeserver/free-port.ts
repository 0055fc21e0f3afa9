import { createServer } from 'node:net';
import { ParleyError } from '../core/errors.ts';

const tries = 100;

type Ports = readonly [number, ...number[]];

/** The first of `candidates` that is free on this machine, or else, and said so, the first free one after the last of them. */
export async function choosePort(candidates: Ports, progress: (line: string) => void): Promise<number> {
  const port = await freePort(candidates);
  if (port !== candidates[0]) progress(`Port ${candidates[0]} is in use, so the homeserver takes ${port}`);
  return port;
}

async function freePort(candidates: Ports): Promise<number> {
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
