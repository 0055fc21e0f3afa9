import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../../config/load.ts';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { checkImage } from '../../../sandboxes/docker/image.ts';
import { buildSandbox } from '../../../src/compose/open-sandbox.ts';
import { tempFolder } from '../../config/temp-folder.ts';

/** An engine that builds whatever it is told to in no time, or fails, and remembers what it was called. Each image is there. */
async function engine(says = '') {
  const built: (string | null)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://engine');
    if (url.pathname.endsWith('/build')) built.push(url.searchParams.get('t'));
    const answer = url.pathname.endsWith('/build') ? says : '{"Config":{"Labels":{}}}';
    request.resume().on('end', () => response.end(answer));
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { built, host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('an image of one’s own is not written over by the build, and is said to need one of its own', async () => {
  const { built, host } = await engine();
  const cwd = tempFolder({ 'parley.yaml': 'sandbox: { image: mine }\n' });
  const config = await loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml' }, cwd });
  const { signal } = new AbortController();
  const made = await buildSandbox({ config, env: { DOCKER_HOST: host }, base: null, onLine: () => {}, signal });
  expect([made, built]).toEqual(['parley-workspace', ['parley-workspace']]);
  await expect(checkImage(engineAt(host), 'mine')).rejects.toThrow(
    'Run npx parley sandbox build, and then make mine anew from parley-workspace.',
  );
});

it('a build that fails says why and is none, also where an image of before is there', async () => {
  const step = '{"stream":"Step 2/13 : FROM node"}\n';
  const why = 'lookup registry.example: no such host';
  const { host } = await engine(`${step}{"errorDetail":{"message":"${why}"},"error":"${why}"}\n`);
  const config = await loadConfig({ env: {}, cwd: tempFolder() });
  const lines: string[] = [];
  const { signal } = new AbortController();
  const onLine = (line: string): void => void lines.push(line);
  const built = buildSandbox({ config, env: { DOCKER_HOST: host }, base: null, onLine, signal });
  await expect(built).rejects.toMatchObject({
    code: 'SANDBOX_MISSING',
    message: expect.stringMatching(/parley-workspace was not built.* no registry .*docs\/how-to\/workspaces\.md/),
  });
  expect(lines).toEqual(['Step 2/13 : FROM node', why]);
});
