import type { ServerHttp2Stream } from 'node:http2';
import { createServer, type Socket } from 'node:net';

/**
 * The only way out. It listens inside, understands nothing, and hands each connection on to Parley, by a stream that Parley opened for it beforehand. Who
 * finds none waits; who waits too long is cut off.
 */
export interface Proxy {
  /** A stream for the next connection. */
  offer(stream: ServerHttp2Stream): void;
  listen(port: number): void;
}

const mostWaiting = 64;

export function proxy(): Proxy {
  const offered = new Set<ServerHttp2Stream>();
  const waiting = new Set<Socket>();

  const join = (socket: Socket, stream: ServerHttp2Stream): void => {
    stream.respond({ ':status': 200 });
    const end = (): void => {
      socket.destroy();
      if (!stream.destroyed) stream.close();
    };
    socket.on('error', end).on('close', end);
    stream.on('error', end).on('close', end);
    socket.pipe(stream);
    stream.pipe(socket);
  };

  return {
    offer(stream) {
      const [socket] = waiting;
      if (socket !== undefined) {
        waiting.delete(socket);
        return join(socket, stream);
      }
      offered.add(stream);
      stream.on('error', () => undefined).on('close', () => offered.delete(stream));
    },
    listen(port) {
      const server = createServer(socket => {
        const [stream] = offered;
        if (stream !== undefined) {
          offered.delete(stream);
          return join(socket, stream);
        }
        if (waiting.size >= mostWaiting) return void socket.destroy();
        waiting.add(socket);
        socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
      });
      // Without it, nothing is reached, and all the rest works.
      server.on('error', () => undefined);
      server.listen(port, '127.0.0.1');
    },
  };
}
