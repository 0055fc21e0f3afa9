import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { describeSearch } from '../../src/compose/open-web.ts';
import { tempFolder } from '../config/temp-folder.ts';

const { signal } = new AbortController();

/** What is said of a SearXNG that answers so. */
async function described(status: number, body: unknown) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const env = {
    PARLEY_SEARCH: 'searxng',
    PARLEY_SEARCH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const config = await loadConfig({ env, cwd: tempFolder() });
  return { said: await describeSearch({ config, env, signal }), asked };
}

it('searches once, and says what is wrong and whether that will pass', async () => {
  const fine = await described(200, { results: [{ title: 'Matrix', url: 'https://matrix.org' }] });
  expect(fine).toMatchObject({ said: { engine: 'searxng', why: null }, asked: [expect.stringContaining('q=Matrix')] });
  expect((await described(403, {})).said).toMatchObject({ why: expect.stringContaining('json'), lasts: true });
  expect((await described(429, {})).said).toMatchObject({ lasts: false });
});

it('searches nowhere where no engine is wanted', async () => {
  const env = { PARLEY_SEARCH: 'none' };
  const config = await loadConfig({ env, cwd: tempFolder() });
  expect(await describeSearch({ config, env, signal })).toBeNull();
});
