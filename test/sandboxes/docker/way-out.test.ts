import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import type { Grant } from '../../../src/ports/sandbox-network.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const signal = new AbortController().signal;

/** A service of this machine, as a team has one in its network. */
async function service() {
  const seen: IncomingMessage[] = [];
  const server = createHttp((request, response) => {
    seen.push(request);
    if (request.url === '/large') return void response.end(Buffer.alloc(20_000_000, 'x'));
    response.end(`hello from ${request.url}\n`);
  });
  await new Promise<void>(resolve => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { seen, port };
}

describeWith('sandbox', 'the way out of a workspace', () => {
  async function opened(grants: readonly Grant[] = []) {
    const all = await openDocker();
    onTestFinished(() => all.end());
    const workspace = await all.sandbox.open({ agent: agentId('ada'), task: 'out' }, { grants });
    const sh = (script: string) => workspace.run({ argv: ['sh', '-c', script] }, { signal, timeoutMs: 30_000 });
    return { ...all, workspace, sh };
  }

  it('leads to what is granted, through the proxy that every program finds', async () => {
    const { port } = await service();
    const { sh, workspace } = await opened([{ host: hostname(), port, internal: true }]);
    const url = `http://${hostname()}:${port}`;
    expect((await sh(`curl -sS ${url}/curl`)).stdout.text).toBe('hello from /curl\n');
    const python = `python3 -c "import urllib.request as u; print(u.urlopen('${url}/python').read().decode(), end='')"`;
    expect((await sh(python)).stdout.text).toBe('hello from /python\n');
    const many = await sh(`seq 40 | xargs -P 20 -I N curl -sS ${url}/N | sort | uniq | wc -l`);
    expect(many.stdout.text.trim()).toBe('40');
    expect((await sh(`curl -sS ${url}/large | wc -c`)).stdout.text.trim()).toBe('20000000');
    // A tunnel, as TLS takes it.
    expect((await sh(`curl -sS --proxytunnel ${url}/tunnel`)).stdout.text).toBe('hello from /tunnel\n');
    await workspace.grant([]);
    expect((await sh(`curl -s -o /dev/null -w %{http_code} ${url}/again`)).stdout.text).toBe('403');
  });

  it('leads nowhere else, and the program is told so', async () => {
    const { seen, port } = await service();
    const { sh } = await opened([
      { host: 'localhost', port },
      { host: '*.nip.example', port },
    ]);
    for (const host of [
      'localhost',
      '127.0.0.1.nip.example',
      hostname(),
      '127.0.0.1',
      '[::1]',
      '169.254.169.254',
      '0x7f.1',
    ])
      expect((await sh(`curl -sS -m 20 http://${host}:${port}/ --noproxy '' 2>&1`)).stdout.text, host).toMatch(
        /may not be reached|no place of the public internet|can’t be reached|not known/,
      );
    expect(seen).toHaveLength(0);
  });
});
