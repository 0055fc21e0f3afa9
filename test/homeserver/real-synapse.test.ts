import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import getPort from 'get-port';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HomeserverOptions, type RunningHomeserver, startHomeserver } from '../../src/homeserver/homeserver.ts';
import { findSynapses, isRunning } from '../../src/homeserver/synapse-process.ts';
import { optionsFor, temporaryFolder } from './fixtures.ts';

const python = process.env.PARLEY_SYNAPSE_PYTHON;
const env = { PATH: process.env.PATH, HOME: process.env.HOME, PARLEY_SYNAPSE_PYTHON: python };
const limitMs = 120_000;
const preferredPort = await getPort();

async function start(dataDir: string, changes: Partial<HomeserverOptions> = {}) {
  const options = optionsFor({ dataDir, env, preferredPort, ...changes });
  const begun = performance.now();
  const homeserver = await startHomeserver(options);
  onTestFinished(() => homeserver.stop());
  return { homeserver, lines: options.lines, tookMs: performance.now() - begun };
}

async function logIn({ url }: RunningHomeserver, user: string, password: string): Promise<Response> {
  const identifier = { type: 'm.id.user', user };
  const body = JSON.stringify({ type: 'm.login.password', identifier, password });
  return await fetch(`${url}/_matrix/client/v3/login`, { method: 'POST', body });
}

async function pidOn(dataDir: string): Promise<number | undefined> {
  return (await findSynapses(join(dataDir, 'homeserver', 'homeserver.yaml'), env))[0]?.pid;
}

describe.skipIf(python === undefined)('Synapse (needs PARLEY_SYNAPSE_PYTHON)', () => {
  test('starts, makes an account once, lets it log in, stops, and is quick the second time', {
    timeout: limitMs,
  }, async () => {
    const dataDir = temporaryFolder();
    const first = await start(dataDir);
    await first.homeserver.ensureAccount?.('owner', 'correct horse');
    await first.homeserver.ensureAccount?.('owner', 'correct horse');
    expect((await logIn(first.homeserver, 'owner', 'correct horse')).status).toBe(200);
    expect((await logIn(first.homeserver, 'owner', 'wrong')).status).toBe(403);
    const wellKnown = await (await fetch(`${first.homeserver.url}/.well-known/matrix/client`)).json();
    expect(wellKnown).toMatchObject({ 'io.element.e2ee': { default: false } });
    const pid = await pidOn(dataDir);
    await first.homeserver.stop();
    expect(await isRunning(pid ?? 0)).toBe(false);

    const second = await start(dataDir);
    expect(second.homeserver.url).toBe(first.homeserver.url);
    expect((await logIn(second.homeserver, 'owner', 'correct horse')).status).toBe(200);
    expect(second.tookMs).toBeLessThan(15_000);
    expect(statSync(join(dataDir, 'homeserver', 'homeserver.yaml')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'homeserver', 'homeserver.yaml'), 'utf8')).not.toContain(
      'registration_shared_secret:',
    );
  });

  test('goes on with a Synapse left behind if nothing changed, and replaces it if something did', {
    timeout: limitMs,
  }, async () => {
    const dataDir = temporaryFolder();
    await start(dataDir);
    const left = await pidOn(dataDir);
    const again = await start(dataDir);
    expect(again.lines[0]).toContain('Going on with the Synapse');
    expect(await pidOn(dataDir)).toBe(left);

    const changed = await start(dataDir, {
      registrationYaml: optionsFor().registrationYaml.replace('as-secret', 'new'),
    });
    expect(changed.lines[0]).toContain('Ending a Synapse');
    expect(await pidOn(dataDir)).not.toBe(left);
    await changed.homeserver.stop();
    expect(await pidOn(dataDir)).toBeUndefined();
  });

  test('takes the next port where the wished one is in use, and tells when it dies', { timeout: limitMs }, async () => {
    const dataDir = temporaryFolder();
    const other = createServer().listen(preferredPort, '127.0.0.1');
    onTestFinished(() => void other.close());
    const { homeserver, lines } = await start(dataDir);
    expect(homeserver.url).not.toContain(`:${preferredPort}`);
    expect(lines[0]).toContain(`Port ${preferredPort} is in use`);
    process.kill((await pidOn(dataDir)) ?? 0, 'SIGKILL');
    await expect(homeserver.exited).resolves.toContain('killed by SIGKILL');
  });
});
