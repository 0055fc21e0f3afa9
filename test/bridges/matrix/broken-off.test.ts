import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { border } from './border.ts';
import { rawEvent } from './events.ts';
import { identity } from './fake-world.ts';

/** More than may be under way. */
const many = 40;
const payload = JSON.stringify({ events: [rawEvent()] });
const head = [
  'PUT /_matrix/app/v1/transactions/1 HTTP/1.1',
  'host: parley.test',
  `authorization: Bearer ${identity.hsToken}`,
  'content-type: application/json',
  `content-length: ${Buffer.byteLength(payload)}`,
].join('\r\n');

const ways: Readonly<Record<string, string>> = {
  'in the middle of its head': head.slice(0, 80),
  'behind its head': `${head}\r\n\r\n`,
  'in the middle of its body': `${head}\r\n\r\n${payload.slice(0, 20)}`,
  'behind its body': `${head}\r\n\r\n${payload}`,
};

for (const [way, text] of Object.entries(ways)) {
  for (const gently of [true, false]) {
    it(`a homeserver that dies ${way} (${gently ? 'FIN' : 'RST'}), again and again, is heard when it is back`, async () => {
      const { listener, put } = border();
      await listener.listen({ host: '127.0.0.1', port: 0 });
      onTestFinished(() => listener.close());
      const { port } = listener.server.address() as AddressInfo;
      for (let time = 0; time < many; time += 1) {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        socket.on('error', () => undefined);
        await new Promise(resolve => socket.write(text, resolve));
        if (gently) socket.destroy();
        else socket.resetAndDestroy();
        if (time % 2) await once(socket, 'close');
      }
      await expect.poll(async () => (await put({ body: payload })).status).toBe(200);
    });
  }
}
