import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { describeMcp } from '../../src/compose/open-mcp.ts';
import { guardedFetch } from '../../src/egress/guarded-fetch.ts';
import { httpServer } from '../../src/mcp/http-server.ts';
import type { WorkPlace } from '../../src/ports/work-tools.ts';

const { signal } = new AbortController();
const place = {} as WorkPlace;
const open = guardedFetch({ internal: true, maxBytes: 200_000 });

/** Lists one tool more whose answers are described by what can’t be understood. */
async function odd() {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const { id, method } = text === '' ? { id: undefined, method: '' } : JSON.parse(text);
    if (id === undefined) return void response.writeHead(202).end();
    const info = {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'odd', version: '1' },
    };
    const inputSchema = { type: 'object' };
    const outputSchema = { type: 'object', properties: { a: { $ref: '#/$defs/nowhere' }, b: { pattern: '(' } } };
    const tools = [
      { name: 'fine', inputSchema },
      { name: 'odd', inputSchema, outputSchema },
    ];
    const result = method === 'initialize' ? info : { tools };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

it('lists the tools of a server also where one of them says nonsense of its answers', async () => {
  expect((await at(await odd()).list(place, signal)).map(({ name }) => name)).toEqual(['fine', 'odd']);
});

function weather(): McpServer {
  const server = new McpServer({ name: 'weather', version: '1' });
  const city = { city: z.string().max(50) };
  server.registerTool('forecast', { description: 'The weather.', inputSchema: city }, async given => ({
    content: [
      { type: 'text', text: `Rain in ${given.city}` },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ],
  }));
  server.registerTool('break', { description: 'Fails.' }, async () => ({
    isError: true,
    content: [{ type: 'text', text: 'It is broken.' }],
  }));
  server.registerTool('flood', { description: 'Says much.' }, async () => ({
    content: [{ type: 'text', text: 'x'.repeat(300_000) }],
  }));
  server.registerTool('hang', { description: 'Says nothing.' }, () => new Promise(() => undefined));
  return server;
}

/** A real MCP server over HTTP; gives its address, and what headers it got. */
async function serving() {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    if (request.url === '/elsewhere')
      return void response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    const transport = new StreamableHTTPServerTransport();
    void weather()
      .connect(transport as never)
      .then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` };
}

const at = (url: string, given = open) =>
  httpServer({ name: 'weather', url, headers: { authorization: 'Bearer secret' }, harmless: [], only: null }, given);

it('lists the tools of a server and calls them, with the header that it wants', async () => {
  const { url, asked } = await serving();
  const server = at(url);
  const tools = await server.list(place, signal);
  expect(tools.map(({ name, description }) => [name, description])).toEqual([
    ['forecast', 'The weather.'],
    ['break', 'Fails.'],
    ['flood', 'Says much.'],
    ['hang', 'Says nothing.'],
  ]);
  expect(tools[0]?.schema).toMatchObject({ type: 'object', properties: { city: { type: 'string', maxLength: 50 } } });
  expect(await server.call(place, { tool: 'forecast', input: { city: 'Bonn' } }, signal)).toEqual({
    text: 'Rain in Bonn\n(Left out: image, image/png.)',
    failed: false,
  });
  expect(await server.call(place, { tool: 'break', input: {} }, signal)).toEqual({
    text: 'It is broken.',
    failed: true,
  });
  expect(new Set(asked)).toEqual(new Set(['Bearer secret']));
});

it('a server that is away, floods, leads elsewhere or is none is told as that', async () => {
  const { url } = await serving();
  const away = { code: 'SITE_UNREACHABLE' };
  await expect(at('http://127.0.0.1:1/mcp').list(place, signal)).rejects.toMatchObject(away);
  const none = { code: 'MCP_UNREACHABLE' };
  await expect(at(url).call(place, { tool: 'flood', input: {} }, signal)).rejects.toMatchObject(none);
  await expect(at(url.replace('/mcp', '/elsewhere')).list(place, signal)).rejects.toMatchObject(none);
  const failed = await at(url)
    .call(place, { tool: 'none', input: {} }, signal)
    .catch(error => error);
  expect(JSON.stringify(failed.text ?? failed.message)).toMatch(/none/);
});

it('is not asked where it is no place of the public internet, unless the operator says so', async () => {
  const { url, asked } = await serving();
  const guarded = guardedFetch({ internal: false, maxBytes: 1_000 });
  await expect(at(url, guarded).list(place, signal)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  expect(asked).toEqual([]);
});

it('a call is broken off at once', async () => {
  const { url } = await serving();
  const stop = new AbortController();
  const calling = at(url).call(place, { tool: 'hang', input: {} }, stop.signal);
  setTimeout(() => stop.abort(new Error('stopped')), 200);
  await expect(calling).rejects.toThrow('stopped');
});

it('is looked at without a task: which tools it has, which of those that are configured it has not, or why it can’t be asked', async () => {
  const { url } = await serving();
  const named = (name: string, more: object) => ({ ...configured, name, ...more });
  const mcp = [
    named('weather', { url, harmless: ['forecast', 'forcast'] }),
    named('away', { url: 'http://127.0.0.1:1/mcp' }),
    named('inside', { url: undefined, command: ['uvx', 'it'] }),
  ];
  const [there, away, inside] = await describeMcp({
    config: { mcp, sandbox: { engine: 'none', image: 'x' } } as never,
    env: {},
    signal,
  });
  expect(there).toEqual({
    name: 'weather',
    tools: ['forecast', 'break', 'flood', 'hang'],
    why: null,
    unknown: ['forcast'],
    program: null,
  });
  expect(away).toMatchObject({ tools: null, why: expect.stringContaining('127.0.0.1') });
  expect(inside).toEqual({
    name: 'inside',
    tools: null,
    why: null,
    unknown: [],
    program: { name: 'uvx', image: 'x', there: null },
  });
});

const configured = { headers: {}, internal: true, harmless: [], tools: null };
