import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const program = join(import.meta.dirname, '..', '..', 'bin', 'healthcheck.js');

/** What stands where Parley is watched: it answers with this status, or, with null, never. Gives the port. */
async function watchedAt(host: string, status: number | null): Promise<string> {
  const server = createServer((request, response) => {
    if (status !== null) response.writeHead(request.url === '/readyz' ? status : 404).end(`${status}`);
  });
  await new Promise<void>(resolve => void server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return String((server.address() as AddressInfo).port);
}

/** The exit code of the health check of a container. */
const healthOf = (port: string, host?: string): Promise<number> =>
  new Promise(resolve => {
    const env = {
      ...process.env,
      PARLEY_METRICS_PORT: port,
      ...(host === undefined ? {} : { PARLEY_METRICS_HOST: host }),
    };
    execFile(process.execPath, [program], { env }, error => resolve(error === null ? 0 : Number(error.code)));
  });

it('a container is healthy when its Parley is ready, and not when that says no', async () => {
  expect(await healthOf(await watchedAt('127.0.0.1', 200))).toBe(0);
  expect(await healthOf(await watchedAt('127.0.0.1', 503))).toBe(1);
});

it.each(['0.0.0.0', '::', '::1'])('it asks where Parley listens: %s', async host => {
  expect(await healthOf(await watchedAt(host, 200), host)).toBe(0);
});

it('it is not healthy when nothing answers, or too late', async () => {
  const port = await watchedAt('127.0.0.1', null);
  expect(await healthOf(port)).toBe(1);
  expect(await healthOf('1')).toBe(1);
});
