import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A direction of a line: from who connects, or back to them. */
export type Direction = 'forth' | 'back';

/** A TCP connection's way to a server, which can be broken, slow, or silent in one direction. */
export interface Line {
  readonly port: number;
  /** Breaks all connections, and refuses new ones until it is mended. */
  cut(): void;
  /** What is sent arrives so much later. */
  slow(ms: number): void;
  /** What is sent in this direction does not arrive until it is mended; then it does. */
  stall(direction: Direction): void;
  /** As it was at the beginning. */
  mend(): void;
  close(): Promise<void>;
}

interface State {
  isCut: boolean;
  delayMs: number;
  stalled: { readonly direction: Direction; readonly over: PromiseWithResolvers<void> } | null;
  readonly sockets: Set<Socket>;
}

/** Opens a line to a port of this machine. */
export async function openLine(to: number): Promise<Line> {
  const state: State = { isCut: false, delayMs: 0, stalled: null, sockets: new Set() };
  const server = createServer({ allowHalfOpen: true }, client => join(state, client, to));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = (): void => {
    for (const socket of state.sockets) socket.resetAndDestroy();
  };
  const mend = (): void => {
    state.isCut = false;
    state.delayMs = 0;
    state.stalled?.over.resolve();
    state.stalled = null;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state.isCut = true;
      breakAll();
    },
    slow(ms) {
      state.delayMs = ms;
    },
    stall(direction) {
      state.stalled?.over.resolve();
      state.stalled = { direction, over: Promise.withResolvers() };
    },
    mend,
    async close() {
      mend();
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}

function join(state: State, client: Socket, to: number): void {
  if (state.isCut) return void client.resetAndDestroy();
  const upstream = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
  const pair = [client, upstream] as const;
  for (const socket of pair) {
    state.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => pair.forEach(end => void end.destroy()));
    socket.on('close', () => {
      state.sockets.delete(socket);
      pair.forEach(end => void end.destroy());
    });
  }
  void carry(state, 'forth', pair);
  void carry(state, 'back', [upstream, client]);
}

/** Piece by piece, in order, so that a slow line is also a narrow one. */
async function carry(state: State, direction: Direction, [from, to]: readonly [Socket, Socket]): Promise<void> {
  try {
    for await (const chunk of from) {
      if (state.delayMs > 0) await sleep(state.delayMs);
      while (state.stalled?.direction === direction) await state.stalled.over.promise;
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
    to.end();
  } catch {
    to.destroy();
  }
}
