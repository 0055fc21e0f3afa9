import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { awaitStart } from '../../src/homeserver/await-start.ts';

/** A server that begins to answer as a homeserver when `isThere` says so. */
async function slowServer(isThere: () => boolean): Promise<string> {
  const server = createServer((_, response) =>
    isThere() ? response.end('{"versions":["v1.11"]}') : response.writeHead(503).end(),
  );
  onTestFinished(() => void server.close());
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { signal } = new AbortController();

test('says that a homeserver which takes long still starts, and waits on', async () => {
  const lines: string[] = [];
  const url = await slowServer(() => lines.length > 1);
  const options = { progress: (line: string) => void lines.push(line), signal };
  expect(await awaitStart(url, options, { limitMs: 60_000, heartbeatMs: 5, intervalMs: 5 })).toBeUndefined();
  expect(lines[0]).toMatch(/^Still starting \(\d+ s\)$/);
});

test('tells how long it has waited in vain, and for what', async () => {
  const url = await slowServer(() => false);
  const problem = await awaitStart(
    url,
    { progress: () => {}, signal },
    { limitMs: 30, heartbeatMs: 1_000, intervalMs: 5 },
  );
  expect(problem).toMatch(/^it did not answer within 0 s \(.+\)$/);
});
