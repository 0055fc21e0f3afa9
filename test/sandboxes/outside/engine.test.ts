import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { describeEngine } from '../../../sandboxes/docker/describe.ts';
import { engineAt } from '../../../sandboxes/docker/engine.ts';

/** An engine that takes connections and says nothing. */
const sockets = new Set<Socket>();
const server = createServer(socket => void sockets.add(socket));
let host = '';

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  host = `tcp://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

it('an engine that says nothing holds up nobody who breaks off', async () => {
  const stop = new AbortController();
  const described = describeEngine({ engine: engineAt(host), image: 'x', runtime: null, root: '/x' }, stop.signal);
  await expect.poll(() => sockets.size).toBeGreaterThan(0);
  stop.abort(new Error('stopped'));
  await expect(described).rejects.toThrow('stopped');
});

it('what takes too long is given up, and says so', async () => {
  const silent = engineAt(host).use(docker => docker.info(), AbortSignal.timeout(20));
  await expect(silent).rejects.toMatchObject({
    code: 'WORKSPACE_LOST',
    message: 'The container engine does not answer. Look whether it is overloaded.',
    retry: true,
  });
});

it.each(['nowhere', 'host:2375', 'tcp://'])('DOCKER_HOST as %j is told', async wrong => {
  const described = await describeEngine(
    { engine: engineAt(wrong), image: 'x', runtime: null, root: '/x' },
    new AbortController().signal,
  );
  expect(described).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^DOCKER_HOST is "/),
    remedy: expect.stringContaining('docs/how-to/workspaces.md'),
  });
});

it('where no engine is, the message itself says what to do', async () => {
  const used = engineAt('unix:///nowhere/docker.sock').use(docker => docker.info());
  await expect(used).rejects.toMatchObject({
    code: 'SANDBOX_MISSING',
    message: expect.stringMatching(/none answers\. Install and start one, or name another in DOCKER_HOST\.$/),
  });
});

it.each([
  [true, 0x16],
  [false, 'G'.charCodeAt(0)],
])('DOCKER_TLS_VERIFY (%s) says whether it is spoken to by TLS, on every port', async (secure, first) => {
  const spoken = new Promise<Buffer>(resolve => server.once('connection', socket => socket.once('data', resolve)));
  const over = new AbortController();
  const asked = engineAt(host, secure).use(docker => docker.info(), over.signal);
  expect((await spoken)[0]).toBe(first);
  over.abort(new Error('over'));
  await expect(asked).rejects.toThrow('over');
});

it('the engine that is named is meant, whatever else the environment names', async () => {
  vi.stubEnv('DOCKER_HOST', host);
  onTestFinished(() => void vi.unstubAllEnvs());
  const asked = engineAt('unix:///nowhere/docker.sock').use(docker => docker.info(), AbortSignal.timeout(2000));
  await expect(asked).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
});
