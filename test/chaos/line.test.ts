import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Line, openLine } from './line.ts';

describe('a line of the chaos suite', () => {
  let echo: Server;
  let line: Line;
  beforeEach(async () => {
    echo = createServer(socket => void socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    line = await openLine((echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await line.close();
    echo.close();
  });

  async function call(): Promise<Socket> {
    const socket = connect(line.port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    return socket;
  }

  it('carries what is said in both directions', async () => {
    const socket = await call();
    socket.write('hello');
    expect(await once(socket, 'data')).toEqual(['hello']);
    socket.destroy();
  });

  it('breaks connections and refuses new ones until it is mended', async () => {
    const socket = await call();
    const failed = once(socket, 'error').catch(error => [error]);
    socket.write('hello');
    await once(socket, 'data');
    line.cut();
    await failed;
    const refused = connect(line.port, '127.0.0.1').on('error', () => undefined);
    await new Promise(resolve => refused.once('close', resolve));
    line.mend();
    const again = await call();
    again.write('again');
    expect(await once(again, 'data')).toEqual(['again']);
    again.destroy();
  });

  it('keeps what is said in a direction that is stalled, and gives it when it is mended', async () => {
    const socket = await call();
    line.stall('back');
    socket.write('late');
    let heard = '';
    socket.on('data', text => {
      heard += String(text);
    });
    const other = await call();
    other.destroy();
    expect(heard).toBe('');
    line.mend();
    await once(socket, 'data');
    expect(heard).toBe('late');
    socket.destroy();
  });
});
