import { describe, expect, test } from 'vitest';
import { externalHomeserver } from '../../src/homeserver/external-homeserver.ts';
import { startHomeserver } from '../../src/homeserver/homeserver.ts';
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
});
