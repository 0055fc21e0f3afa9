import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { runCall } from '../../../src/ports/run-call.ts';
import type { WorkPlace } from '../../../src/ports/work-tools.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const { signal } = new AbortController();
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const wheel = 'tiny-1.0-py3-none-any.whl';
/** As base64: a package with one module. */
const makeWheel = `
import zipfile, io, base64
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    z.writestr('tiny.py', 'answer = 42')
    z.writestr('tiny-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n')
    z.writestr('tiny-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('tiny-1.0.dist-info/RECORD', '')
print(base64.b64encode(out.getvalue()).decode())`;

const place: WorkPlace = {
  agent: { _id: agentId('ada'), name: 'Ada' } as Agent,
  task: taskId(messageId(bridgeName('test'), '$packages')),
  number: 1,
  stage: 'build',
  needsWorkspace: false,
  isNamed: async () => false,
};

/** A package index of the team's own network, as `sandbox.network.internal` names one. */
async function packageIndex() {
  const asked: string[] = [];
  let bytes = Buffer.alloc(0);
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url === `/files/${wheel}`)
      return void response.writeHead(200, { 'cache-control': 'max-age=365000000, immutable, public' }).end(bytes);
    if (url !== '/simple/tiny/') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="/files/${wheel}">${wheel}</a>`);
  });
  await new Promise<void>(resolve => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const holds = (base64: string): void => {
    bytes = Buffer.from(base64, 'base64');
  };
  return { asked, port, holds };
}

describeWith('sandbox', 'what tools reach from a workspace', () => {
  it('a host that nobody has granted is out of reach but for a command that names it, for which a person is asked', async () => {
    const { sandbox, end } = await openDocker();
    onTestFinished(end);
    const tools = await workspaceTools({ sandbox, clock: systemClock, grants: [], pageOf }).offer(place, signal);
    const shell = tools.find(({ name }) => name === 'shell');
    const [command, hosts] = ['curl -sS http://nowhere.invalid/', ['nowhere.invalid']];
    expect([await shell?.danger?.({ command, hosts: [] }), await shell?.danger?.({ command, hosts })]).toEqual([
      null,
      'lets this command reach nowhere.invalid, with all that it finds in the workspace',
    ]);
    const call = (input: Record<string, unknown>): Promise<string> =>
      runCall({ id: '1', name: 'shell', input }, { tools, log: silent, signal, name: null });
    expect(await call({ command })).toContain('may not be reached');
    // There is no such host, as Parley finds out that looks for it outside.
    expect(await call({ command, hosts })).not.toContain('may not be reached');
    expect(await call({ command })).toContain('may not be reached');
  }, 60_000);

  it('packages of Python are installed through the proxy from the index that is granted, and fetched once for a task', async () => {
    const { sandbox, end } = await openDocker({ memoryBytes: 512 * 1024 * 1024, processes: 256 });
    onTestFinished(end);
    const index = await packageIndex();
    const grants = [{ host: hostname(), port: index.port, internal: true as const }];
    const tools = await workspaceTools({ sandbox, clock: systemClock, grants, pageOf }).offer(place, signal);
    const call = (name: string, input: Record<string, unknown>): Promise<string> =>
      runCall({ id: '1', name, input }, { tools, log: silent, signal, name: null });
    index.holds(/stdout:\n(\S+)/.exec(await call('python', { code: makeWheel }))?.[1] ?? '');
    const site = `http://${hostname()}:${index.port}`;
    await call('change_files', {
      action: 'write',
      path: '.home/.config/pip/pip.conf',
      content: `[global]\nindex-url = ${site}/simple\ntrusted-host = ${hostname()}\n`,
    });
    const works = { code: 'import tiny; print(tiny.answer)', packages: ['tiny==1.0'] };
    expect(await call('python', works)).toBe('Exit code 0.\nstdout:\n42');
    // What is archived comes back without its venv.
    await call('shell', { command: 'rm -rf venv/*' });
    expect(await call('python', works)).toBe('Exit code 0.\nstdout:\n42');
    expect(index.asked.filter(url => url === `/files/${wheel}`)).toHaveLength(1);
    const elsewhere = { code: '1', packages: ['nothing-of-that-name'] };
    expect(await call('python', elsewhere)).toMatch(/^The packages could not be installed\./);
  }, 120_000);
});
