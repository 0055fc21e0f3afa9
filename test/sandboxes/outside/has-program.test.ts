import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { hasProgram } from '../../../sandboxes/docker/has-program.ts';

/** What a container prints, as an engine sends it. */
function printed(text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** An engine whose containers print that once they start, end, and are gone at once. */
async function engineThatPrints(text: string) {
  const asked: string[] = [];
  const made: unknown[] = [];
  let line: Duplex | undefined;
  const server = createServer(async (request, response) => {
    const wish = `${request.method} ${request.url?.split('?')[0]}`;
    asked.push(wish);
    let body = '';
    for await (const piece of request) body += piece;
    const say = (status: number, what: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(what));
    if (wish === 'POST /containers/create') {
      made.push(JSON.parse(body));
      return say(201, { Id: 'c1' });
    }
    if (wish !== 'POST /containers/c1/start') return say(404, { message: 'no such container' });
    line?.end(printed(text));
    response.writeHead(204).end();
  });
  server.on('upgrade', (request, socket) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    line = socket;
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    line?.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const given = { engine: engineAt(`tcp://127.0.0.1:${port}`), image: 'i', installation: 'here', process: 'check' };
  return { look: () => hasProgram(given, 'uvx', AbortSignal.timeout(10_000)), asked, made };
}

it('a container that is asked for a program deletes itself, and is reaped where it never began', async () => {
  const { look, made, asked } = await engineThatPrints('yes');
  expect(await look()).toBe(true);
  expect(made).toMatchObject([
    { HostConfig: { AutoRemove: true }, Labels: { 'parley.installation': 'here', 'parley.process': 'check' } },
  ]);
  expect(asked.slice(0, 3)).toEqual([
    'POST /containers/create',
    'POST /containers/c1/attach',
    'POST /containers/c1/start',
  ]);
});

it('a program is missing only where the container says so, and not where somebody ended it', async () => {
  expect(await (await engineThatPrints('no')).look()).toBe(false);
  await expect((await engineThatPrints('')).look()).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
});
