import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import { systemClock as clock } from '../../../src/system-clock.ts';
import { makeCertificate } from '../../servers/certificate.ts';
import { mongoServer } from '../../servers/mongodb.ts';
import { describeWith } from '../../servers.ts';

/** A server that speaks TLS in front of the one without. */
async function withTls(): Promise<{ url: string; ca: string }> {
  const server = await mongoServer();
  onTestFinished(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'parley-mongo-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { ca, key, cert } = await makeCertificate(folder);
  const plain = new URL(server.newDatabase());
  const front = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, socket => {
    const behind = connect(Number(plain.port) || 27_017, plain.hostname);
    for (const one of [socket, behind]) one.on('error', () => [socket, behind].forEach(end => void end.destroy()));
    socket.pipe(behind).pipe(socket);
  });
  front.on('tlsClientError', () => undefined);
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => void front.close());
  const { port } = front.address() as AddressInfo;
  return { url: `mongodb://localhost:${port}${plain.pathname}?tls=true&serverSelectionTimeoutMS=2000`, ca };
}

describeWith('mongodb', 'A store over TLS', () => {
  it('is used with the authority that the address names', async () => {
    const { url, ca } = await withTls();
    const store = await openMongoStore({ url: `${url}&tlsCAFile=${encodeURIComponent(ca)}`, clock });
    onTestFinished(() => store.close());
    expect(await store.collection('settings').insert([{ _id: 'a', value: 'b' }])).toEqual(['inserted']);
    expect(await store.collection('settings').get('a')).toMatchObject({ value: 'b' });
  });

  it('is refused in words where its certificate is of nobody that is known', async () => {
    const { url } = await withTls();
    await expect(openMongoStore({ url, clock })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringMatching(/certificate/i),
    });
  });
});
