import { connect, createServer, type Socket } from 'node:net';

/** A TCP line to a server that can be cut and can stall. */
export interface WeakLine {
  readonly port: number;
  /** How many connections there ever were at once. */
  readonly mostOpen: number;
  /** Ends all connections, and refuses new ones until `mend`. */
  cut(): void;
  /** Swallows all answers from now on until `mend`; what is asked arrives. */
  mute(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function weakLine(to: number): Promise<WeakLine> {
  const open = new Set<Socket>();
  let mostOpen = 0;
  let state: 'well' | 'cut' | 'mute' = 'well';
  const server = createServer(client => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    mostOpen = Math.max(mostOpen, open.size / 2);
    client.on('data', data => upstream.write(data));
    upstream.on('data', data => void (state !== 'mute' && client.write(data)));
  });
  const endAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return {
    port: address.port,
    get mostOpen() {
      return mostOpen;
    },
    cut() {
      state = 'cut';
      endAll();
    },
    mute() {
      state = 'mute';
    },
    mend() {
      // A muted line has lost answers, so what is open is of no use.
      if (state === 'mute') endAll();
      state = 'well';
    },
    async close() {
      endAll();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
