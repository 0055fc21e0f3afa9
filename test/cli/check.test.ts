import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { McpHealth } from '../../src/cli/main-functions.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { type Answers, fakeHomeserver, versions } from './fake-homeserver.ts';
import { parley, type Terminal } from './terminal.ts';

interface Result {
  readonly name: string;
  readonly ok: boolean | null;
  readonly detail: string;
  readonly remedy?: string;
}

const asToken = 'as-token-0123456789';
const hsToken = 'hs-token-0123456789';
const main: Terminal['main'] = {
  describeModels: async () => [{ name: 'demo', ok: true, detail: 'the demo model', remedy: null }],
  describeStore: async () => '12 messages',
  describeRedis: async () => null,
  describeSandbox: async () => null,
  describeMail: async () => null,
  describeSearch: async () => null,
  describeMcp: async () => [],
};

async function check(
  env: NodeJS.ProcessEnv = {},
  terminal: Terminal = {},
): Promise<{ code: number; of: (name: string) => Result }> {
  const { code, stdout } = await parley(['check', '--json'], { main, env: { PATH: '/nowhere', ...env }, ...terminal });
  const results: Result[] = JSON.parse(stdout);
  return {
    code,
    of: name => results.find(result => result.name === name) ?? { name, ok: false, detail: 'not checked' },
  };
}

/** A homeserver of one's own that answers a ping in this way. */
async function withPing(answer: Answers[string], more: Answers = {}): Promise<NodeJS.ProcessEnv> {
  const url = await fakeHomeserver({ ...versions, 'POST /_matrix/client/v1/appservice/parley/ping': answer, ...more });
  return {
    MATRIX_HOMESERVER_URL: url,
    MATRIX_SERVER_NAME: 'example.org',
    MATRIX_AS_TOKEN: asToken,
    MATRIX_HS_TOKEN: hsToken,
    PARLEY_PORT: String(await freePort()),
  };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

test('each check is a line with its mark; what is wrong has a remedy', async () => {
  const broken = { describeStore: () => Promise.reject(new ParleyError('STORE_TOO_NEW', 'Update Parley.')) };
  const { code, stdout } = await parley(['check'], { main: { ...main, ...broken }, env: { PATH: '/nowhere' } });
  expect(stdout).toMatch(/^✓ Node {10}24\./);
  expect(stdout).toContain('✗ Store         Update Parley.\n                → docs/errors.md, STORE_TOO_NEW\n');
  expect(stdout).toContain('– Docker        not used: ');
  expect(code).toBe(1);
});

test('without Docker, Python and a homeserver of its own, it says what to install', async () => {
  const { code, of } = await check();
  expect(of('Homeserver')).toMatchObject({ ok: false, remedy: expect.stringContaining('install Python 3.10') });
  expect(of('Registration')).toMatchObject({ ok: null });
  expect(code).toBe(1);
});

test('all is well where both directions work, and nothing is left listening', async () => {
  const env = await withPing(async authorization => {
    expect(authorization).toBe(`Bearer ${asToken}`);
    const ours = await fetch(`http://127.0.0.1:${env.PARLEY_PORT}/_matrix/app/v1/ping`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hsToken}` },
    });
    return { status: ours.status, body: {} };
  });
  const { code, of } = await check(env);
  expect(of('Homeserver')).toMatchObject({ ok: true });
  expect(of('Registration')).toEqual({ name: 'Registration', ok: true, detail: 'accepted in both directions' });
  expect(of('Model').ok && of('Store').ok && of('Node').ok).toBe(true);
  expect(code).toBe(0);
  await expect(fetch(`http://127.0.0.1:${env.PARLEY_PORT}/`)).rejects.toThrow();
});

test.each([
  ['an unknown as_token', 401, { errcode: 'M_UNKNOWN_TOKEN' }, 'does not know our as_token'],
  ['another id', 403, { errcode: 'M_FORBIDDEN' }, 'another id than parley'],
  ['another hs_token', 502, { errcode: 'M_BAD_STATUS', status: 403 }, 'another hs_token than ours'],
  ['something else at our address', 502, { errcode: 'M_BAD_STATUS', status: 404 }, 'not Parley answers'],
  ['an address that is not reached', 502, { errcode: 'M_CONNECTION_FAILED' }, 'does not reach us'],
  ['no answer in time', 504, { errcode: 'M_CONNECTION_TIMEOUT' }, 'does not reach us'],
  ['no address', 400, { errcode: 'M_URL_NOT_SET' }, 'no address of ours'],
  ['an old homeserver', 404, { errcode: 'M_UNRECOGNIZED' }, 'can not ping'],
  ['anything else', 500, { errcode: 'M_UNKNOWN', error: 'oops' }, 'status 500 M_UNKNOWN: oops'],
])('the registration: %s is told apart', async (_, status, body, detail) => {
  const { code, of } = await check(await withPing(() => ({ status, body })));
  expect(of('Registration')).toMatchObject({
    ok: false,
    detail: expect.stringContaining(detail),
    remedy: expect.any(String),
  });
  expect(code).toBe(1);
});

test('the stand-in refuses another hs_token, as Parley does', async () => {
  const env = await withPing(async () => {
    const ours = await fetch(`http://127.0.0.1:${env.PARLEY_PORT}/_matrix/app/v1/ping`, {
      method: 'POST',
      headers: { authorization: 'Bearer wrong' },
    });
    return { status: 502, body: { errcode: 'M_BAD_STATUS', status: ours.status } };
  });
  expect((await check(env)).of('Registration').detail).toContain('another hs_token');
});

test.each([
  ['what it needs', 200, { ok: true }],
  ['no sliding sync', 404, { ok: null, remedy: expect.stringContaining('Update it') }],
  ['a registration of a former version', 500, { ok: null, remedy: expect.stringContaining('Write it anew') }],
])(
  'encryption: a homeserver with %s is told apart, and is a fault only where encryption is required',
  async (_, status, verdict) => {
    const path = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';
    const env = await withPing(() => ({ status: 200, body: {} }), {
      [`POST ${path}?timeout=0&user_id=%40parley%3Aexample.org`]: () => ({ status, body: {} }),
    });
    const { code, of } = await check(env);
    expect(of('Encryption')).toMatchObject(verdict);
    expect(code).toBe(0);
    expect((await check({ ...env, PARLEY_ENCRYPTION: 'off' })).of('Encryption').detail).toContain('switched off');
    const required = await check({ ...env, PARLEY_ENCRYPTION: 'required' });
    expect(required.of('Encryption').ok).toBe(status === 200);
  },
);

test('a homeserver of ours that does not run is no fault', async () => {
  const cwd = tempFolder();
  mkdirSync(join(cwd, '.parley'), { mode: 0o700 });
  const homeserver = `http://127.0.0.1:${await freePort()}`;
  const account = { serverName: 'localhost', userId: '@mara:localhost', password: 'p', agents: [], lobby: null };
  const credentials = { homeserver, ...account };
  writeFileSync(join(cwd, '.parley', 'credentials.json'), JSON.stringify(credentials));
  const { code, of } = await check({}, { cwd });
  expect(of('Homeserver')).toMatchObject({ ok: null, detail: expect.stringContaining('npx parley up starts it') });
  expect(code).toBe(0);
});

test('a homeserver of your own that does not answer is one', async () => {
  const env = { MATRIX_HOMESERVER_URL: `http://127.0.0.1:${await freePort()}`, MATRIX_SERVER_NAME: 'x.org' };
  expect((await check(env)).of('Homeserver')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a data folder that others can look into is named', async () => {
  const cwd = tempFolder();
  expect((await check({}, { cwd })).of('Data folder')).toMatchObject({ ok: null });
  const folder = join(cwd, '.parley');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect((await check({}, { cwd })).of('Data folder').remedy).toContain(`chmod 700 ${folder}`);
  chmodSync(folder, 0o700);
  expect((await check({}, { cwd })).of('Data folder')).toMatchObject({ ok: true, detail: folder });
});

test('each model has its line, and one that does not answer is a fault, whatever others do', async () => {
  const good = { name: 'm1', ok: true, detail: 'x at host', remedy: null };
  const bad = { name: 'm2', ok: false, detail: 'host: it does not answer', remedy: 'Start it.' };
  const { code, stdout } = await parley(['check'], { main: { ...main, describeModels: async () => [good, bad] } });
  expect(stdout).toContain('✓ Model         m1: x at host\n');
  expect(stdout).toContain('✗ Model         m2: host: it does not answer\n                → Start it.\n');
  expect(code).toBe(1);
});

test('no model at all is no fault', async () => {
  const none = { main: { ...main, describeModels: async () => [] } };
  expect((await check({}, none)).of('Model')).toMatchObject({ ok: null, remedy: expect.any(String) });
});

test('a model that an agent names and that is not there is a fault, with the agent and what was meant', async () => {
  const { describeModels } = await import('../../src/main.ts');
  const agent = 'id: zoe\nname: Zoe\ndescription: Does things.\nmodel: [dmo]\n';
  const cwd = tempFolder({ 'zoe.yaml': agent });
  const env = { PARLEY_AGENTS: '.', PARLEY_MODEL: 'demo' };
  const { stdout } = await parley(['check'], { main: { ...main, describeModels }, env, cwd });
  expect(stdout).toMatch(/✓ Model {9}demo model: offline/);
  expect(stdout).toMatch(/✗ Model {9}dmo: no model has this id or name; .* zoe\n +→ Did you mean demo\?/);
});

test('a port of the homeserver that another program uses is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const bin = tempFolder();
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\necho 27.0.0\n', { mode: 0o755 });
  const { of } = await check({ PATH: bin, PARLEY_HOMESERVER_PORT: String(port) }, { cwd: tempFolder() });
  expect(of('Homeserver').detail).toMatch(
    new RegExp(`at another port, as something else uses ${port}$|none, and nothing`),
  );
});

test('mail is tried out where a server is configured; what is wrong has a remedy', async () => {
  const env = { SMTP_HOST: 'smtp.example.org', SMTP_FROM: 'parley@example.org' };
  const where = 'smtp.example.org:587';
  expect((await check()).of('Mail')).toMatchObject({ ok: null });
  const right = await check(env, { main: { ...main, describeMail: async () => ({ where, why: null }) } });
  expect(right.of('Mail').detail).toBe(`${where} takes mail; agents may send to nobody, as mail.allow is empty`);
  const wrong = await check(env, { main: { ...main, describeMail: async () => ({ where, why: '535 no' }) } });
  expect([wrong.of('Mail').ok, wrong.of('Mail').detail]).toEqual([false, `${where} takes no mail: 535 no`]);
});

test('says what is missing to run the commands of tasks, and that all else works without', async () => {
  const found = (health: { ok: boolean; detail: string; remedy: string | null } | null) =>
    check({}, { main: { ...main, describeSandbox: async () => health } });
  expect((await found(null)).of('Workspaces')).toMatchObject({
    ok: null,
    detail: expect.stringContaining('not wanted'),
  });
  const ready = { ok: true, detail: 'Docker 28, with parley-workspace', remedy: null };
  expect((await found(ready)).of('Workspaces')).toMatchObject({ ok: true, detail: ready.detail });
  const remedy = 'npx parley sandbox build';
  const bare = await found({ ok: false, detail: 'The image is not there.', remedy });
  expect(bare.of('Workspaces')).toMatchObject({ ok: null, detail: 'The image is not there.', remedy });
});

test('says whether the search engine of agents finds something', async () => {
  const found = (given: { why: string | null; lasts: boolean }) =>
    check({}, { main: { ...main, describeSearch: async () => ({ engine: 'searxng', ...given }) } });
  expect((await check()).of('Web search')).toMatchObject({ ok: null });
  expect((await found({ why: null, lasts: false })).of('Web search')).toMatchObject({ ok: true });
  const away = await found({ why: 'It does not answer.', lasts: false });
  expect([away.of('Web search').ok, away.of('Web search').detail]).toEqual([null, 'searxng: It does not answer.']);
  const wrong = await found({ why: 'The key is wrong.', lasts: true });
  expect([wrong.code, wrong.of('Web search').ok]).toEqual([1, false]);
});

test('asks each MCP server that is configured for its tools, and says which names of the configuration it does not have', async () => {
  const server = '{ name: weather, url: "https://mcp.example.org/mcp", harmless: [forcast] }';
  const cwd = tempFolder({ 'parley.yaml': `mcp: [${server}]\n` });
  const found = async (given: Partial<McpHealth>) => {
    const health = { name: 'weather', tools: null, why: null, unknown: [], program: null, ...given };
    const run = await check(
      { PARLEY_CONFIG: 'parley.yaml' },
      { cwd, main: { ...main, describeMcp: async () => [health] } },
    );
    return [run.of('MCP').ok, run.of('MCP').detail];
  };
  expect(await found({ tools: ['forecast'] })).toEqual([true, 'weather: 1 tool (forecast)']);
  expect(await found({ tools: ['forecast'], unknown: ['forcast'] })).toEqual([
    false,
    'weather has no tool forcast; it has forecast',
  ]);
  expect(await found({ why: 'It does not answer.' })).toEqual([false, 'weather: It does not answer.']);
  const program = { name: 'mcp-server-x', image: 'parley-workspace' };
  expect(await found({ program: { ...program, there: true } })).toEqual([
    true,
    'weather: the image parley-workspace has mcp-server-x',
  ]);
  expect(await found({ program: { ...program, there: false } })).toEqual([
    false,
    'weather: the image parley-workspace has no program mcp-server-x',
  ]);
  expect((await found({ program: { ...program, there: null } }))[0]).toBeNull();
  expect((await check()).of('MCP').detail).toBe('not checked');
});

test('asks a git server whether it takes the token that is configured for it', async () => {
  const server = createServer(({ url, headers }, response) => {
    const known = url === '/api/v3/user' && headers.authorization === 'Bearer right';
    response.writeHead(known ? 200 : 401).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const git = async (host: string) => {
    const text = `git: { hosts: [{ url: "${url}", internal: true, repositories: [acme/*], ${host} }] }\n`;
    return (await check({ PARLEY_CONFIG: 'parley.yaml' }, { cwd: tempFolder({ 'parley.yaml': text }) })).of('Git');
  };
  expect(await git('token: right')).toMatchObject({ ok: true, detail: `${url} (acme/*) takes the token` });
  const wrong = await git('token: wrong');
  expect([wrong.ok, wrong.detail]).toEqual([false, `${url} (acme/*) refuses the token: it is wrong or has expired`]);
  expect(await git('token: right, api: "http://127.0.0.1:1"')).toMatchObject({ ok: null });
  expect(await git('token: right, api: null')).toMatchObject({ ok: null });
  expect((await check()).of('Git').detail).toBe('not checked');
});
