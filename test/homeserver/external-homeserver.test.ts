import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createPlain } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { externalHomeserver } from '../../src/homeserver/external-homeserver.ts';
import { startHomeserver } from '../../src/homeserver/homeserver.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { makeCertificate } from '../servers/certificate.ts';
import { answering, optionsFor } from './fixtures.ts';

const environment = (url: string) => ({ MATRIX_HOMESERVER_URL: url, MATRIX_SERVER_NAME: 'example.org' });

describe('a homeserver of your own', () => {
  test('is taken as it is once it has answered', async () => {
    const port = await answering('{"versions":["v1.11"]}');
    const options = optionsFor({ env: environment(`http://127.0.0.1:${port}/`) });
    const homeserver = await startHomeserver(options);
    expect(homeserver).toMatchObject({ kind: 'external', url: `http://127.0.0.1:${port}`, serverName: 'example.org' });
    expect(homeserver.ensureAccount).toBeUndefined();
    expect(options.lines).toEqual(['MATRIX_HOMESERVER_URL is set']);
    await homeserver.stop();
  });

  test('needs its server name', async () => {
    const start = externalHomeserver(optionsFor({ env: { MATRIX_HOMESERVER_URL: 'https://matrix.example.org' } }));
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(start).rejects.toThrow(/MATRIX_SERVER_NAME must be/);
  });

  test.each(['matrix.example.org', 'ftp://example.org', 'http://'])('%s is no address', async url => {
    const start = externalHomeserver(optionsFor({ env: environment(url) }));
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('that does not answer is an error that says what to do, and may be tried again', async () => {
    const start = externalHomeserver(optionsFor({ env: environment('http://127.0.0.1:9') }), 300);
    await expect(start).rejects.toMatchObject({ code: 'HOMESERVER_UNREACHABLE', retry: true });
    await expect(start).rejects.toThrow(/ECONNREFUSED|bad port[\s\S]*unset MATRIX_HOMESERVER_URL/);
  });

  test('is not any web server', async () => {
    const port = await answering('<html>Welcome</html>');
    const start = externalHomeserver(optionsFor({ env: environment(`http://127.0.0.1:${port}`) }), 100);
    await expect(start).rejects.toThrow(/no Matrix homeserver/);
  });

  test('that speaks no TLS is said to, where the address begins with https', async () => {
    const port = await answering('{"versions":["v1.11"]}');
    const start = externalHomeserver(optionsFor({ env: environment(`https://127.0.0.1:${port}`) }), 300);
    await expect(start).rejects.toThrow(/it speaks no TLS there \(\w+\); the address may have to begin with http:/);
  });

  test('whose certificate nobody knows is said how to be taken', async () => {
    const made = await makeCertificate(tempFolder());
    const server = createServer({ key: readFileSync(made.key), cert: readFileSync(made.cert) });
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const start = externalHomeserver(optionsFor({ env: environment(`https://127.0.0.1:${port}`) }), 2_000);
    await expect(start).rejects.toThrow(/certificate is not accepted \(\w+\); give Node the issuer with NODE_EXTRA_CA/);
  });

  test('that closes the connection is told in words', async () => {
    const server = createPlain(socket => socket.destroy());
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const start = externalHomeserver(optionsFor({ env: environment(`http://127.0.0.1:${port}`) }), 300);
    await expect(start).rejects.toThrow(/closed the connection without an answer/);
  });

  const hour = 3_600_000;
  const versions = '{"versions":["v1.11"]}';
  const clockAt = (offMs: number): Record<string, string> => ({ date: new Date(Date.now() + offMs).toUTCString() });
  const withHeaders = async (headers: Record<string, string>) =>
    optionsFor({ env: environment(`http://127.0.0.1:${await answering(versions, { headers })}`) });

  test.each([
    [-3 * hour, '3 h ahead of'],
    [60 * 24 * hour, '60 days behind'],
  ])('whose clock is %i ms from ours is told before anything is begun', async (offMs, words) => {
    const start = externalHomeserver(await withHeaders(clockAt(offMs)));
    await expect(start).rejects.toMatchObject({ code: 'CLOCK_OFF', message: expect.stringContaining(words) });
  });

  test('whose clock is a minute off is taken, and the person who starts Parley hears of it', async () => {
    const options = await withHeaders(clockAt(-60_000));
    await externalHomeserver(options);
    expect(options.lines).toEqual([expect.stringMatching(/^The clock of this machine is (59|60|61) s ahead of/)]);
  });

  test('is not taken for one with a wrong clock where a proxy kept its answer for a while, or it tells no time', async () => {
    for (const headers of [{ ...clockAt(-3 * hour), age: String((3 * hour) / 1000) }, { date: 'today' }]) {
      const options = await withHeaders(headers);
      await externalHomeserver(options);
      expect(options.lines).toEqual([]);
    }
  });
});
