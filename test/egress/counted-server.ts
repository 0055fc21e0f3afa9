import { createServer } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

/** A server of this machine at all of its addresses, for the tests of a file; `reached` counts who comes. */
export function countedServer(): { port: number; reached: number } {
  const here = { port: 0, reached: 0 };
  const server = createServer(socket => {
    here.reached += 1;
    socket.destroy();
  });
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '::', resolve));
    here.port = (server.address() as { port: number }).port;
  });
  afterAll(() => void server.close());
  return here;
}
