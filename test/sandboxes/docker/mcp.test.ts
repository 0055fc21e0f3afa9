import { expect, it, onTestFinished } from 'vitest';
import { hasProgram } from '../../../sandboxes/docker/has-program.ts';
import type { Agent } from '../../../src/core/agent.ts';
import { agentId, bridgeName, messageId, taskId } from '../../../src/core/ids.ts';
import { pageOf } from '../../../src/documents/page-of.ts';
import { stdioServer } from '../../../src/mcp/stdio-server.ts';
import type { WorkPlace } from '../../../src/ports/work-tools.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { workspaceTools } from '../../../src/tasks/workspace/work-tools.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const { signal } = new AbortController();
const MiB = 1024 * 1024;

/** A server as others write them: it greets, notes that it was greeted, and has tools. */
const program = `
import json, sys
greeted = False
for line in sys.stdin:
    m = json.loads(line)
    def say(result): print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': result}), flush=True)
    if m['method'] == 'initialize':
        print('noise that is no JSON', flush=True)
        say({'protocolVersion': m['params']['protocolVersion'], 'capabilities': {'tools': {}}, 'serverInfo': {'name': 't', 'version': '1'}})
    elif m['method'] == 'notifications/initialized':
        greeted = True
    elif m['method'] == 'tools/list':
        say({'tools': [{'name': 'count', 'description': 'Counts.', 'inputSchema': {'type': 'object', 'properties': {'text': {'type': 'string'}}}}]})
    elif m['method'] == 'tools/call':
        name, given = m['params']['name'], m['params'].get('arguments', {})
        if name == 'die': sys.exit(1)
        if name == 'flood': print('x' * 200_000, flush=True)
        if name == 'lie': say({'content': 'not a list'})
        say({'content': [{'type': 'text', 'text': f"{len(given.get('text', ''))} {greeted}"}]})
`;

describeWith('sandbox', 'an MCP server in a workspace', () => {
  it('has its program looked for in the image, before there is a workspace', async () => {
    const { given, end } = await openDocker();
    onTestFinished(end);
    const found = await Promise.all(
      ['python3', '/usr/bin/env', 'uvx', '/usr/bin/uvx', '--version', 'a; true'].map(program =>
        hasProgram(given, program, AbortSignal.timeout(60_000)),
      ),
    );
    expect(found).toEqual([true, true, false, false, false, false]);
    const label = [`parley.installation=${given.installation}`];
    expect(await given.engine.use(docker => docker.listContainers({ all: true, filters: { label } }))).toEqual([]);
  });

  it('runs for each call there, and what it says is checked outside', async () => {
    const { sandbox, end } = await openDocker({ memoryBytes: 256 * MiB, processes: 64 });
    onTestFinished(end);
    const tools = workspaceTools({ sandbox, clock: systemClock, grants: [], pageOf });
    const place = {
      agent: { _id: agentId('ada'), name: 'Ada' } as Agent,
      task: taskId(messageId(bridgeName('test'), '$event')),
      number: 7,
      stage: 'build',
    } as WorkPlace;
    await tools.put?.(place, { path: 'src/server.py', data: new TextEncoder().encode(program) }, signal);
    const given = { name: 'counter', harmless: [], only: null, command: ['python3', 'src/server.py'] };
    const server = stdioServer(given, () => tools.run);
    expect(await server.list(place, signal)).toMatchObject([{ name: 'count', schema: { type: 'object' } }]);
    const call = (tool: string) => server.call(place, { tool, input: { text: 'four' } }, signal);
    expect(await call('count')).toEqual({ text: '4 True', failed: false });
    for (const tool of ['die', 'flood', 'lie'])
      await expect(call(tool), tool).rejects.toMatchObject({ code: 'MCP_UNREACHABLE' });
    const none = stdioServer({ ...given, command: ['no-such-program'] }, () => tools.run);
    await expect(none.list(place, signal)).rejects.toThrow('no-such-program');
    expect(await call('count')).toEqual({ text: '4 True', failed: false });
    await expect(stdioServer(given, () => undefined).list(place, signal)).rejects.toMatchObject({
      code: 'SANDBOX_MISSING',
    });
  });
});
