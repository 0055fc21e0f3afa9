import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Given } from '../../src/cli/main-functions.ts';
import type { Agent } from '../../src/core/agent.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { agentId } from '../../src/core/ids.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

const ada: Agent = {
  _id: agentId('ada'),
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  tenant: 'default',
  name: 'Ada',
  description: 'Writes code.',
  instructions: 'secret instructions',
  role: 'agent',
  status: 'idle',
  currentActivities: [],
  resources: { skills: ['TypeScript', 'review'], tools: [] },
  publicProfile: { avatar: null, colour: '#000000' },
  model: [],
  capabilities: [],
  minComplexity: 1,
  maxComplexity: 10,
  owner: null,
  lastSeen: null,
  provisioned: {},
  place: 0,
};

test('up runs until it is told to end, and logs into the data folder', async () => {
  const cwd = tempFolder();
  const stop = new AbortController();
  const { code, stdout } = await parley(['up'], {
    cwd,
    signal: stop.signal,
    main: {
      up: async ({ config, progress, log, signal }) => {
        progress.step('Store').done(config.dataDir);
        log.info({ asToken: 'hush' }, 'running');
        stop.abort();
        expect(signal.aborted).toBe(true);
      },
    },
  });
  expect(code).toBe(0);
  expect(stdout).toBe(`✓ Store: ${cwd}/.parley\n`);
  expect(readFileSync(join(cwd, '.parley', 'parley.log'), 'utf8')).toMatch(/"asToken":"\[hidden\]","msg":"running"/);
});

test('up --json prints JSON lines and nothing else', async () => {
  const { code, stdout } = await parley(['up', '--json'], {
    main: {
      up: async ({ progress, log }) => {
        progress.step('Store').done('here');
        progress.info('by the way');
        log.warn({}, 'careful');
      },
    },
  });
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines).toMatchObject([
    { msg: 'Store', detail: 'here' },
    { msg: 'by the way' },
    { msg: 'careful', level: 'warn' },
    { msg: 'Parley has ended' },
  ]);
});

test('up that fails says why, in the log too', async () => {
  const cwd = tempFolder();
  const up = () => Promise.reject(new ParleyError('PORT_IN_USE', 'Set PARLEY_PORT.'));
  const { code, stderr } = await parley(['up'], { cwd, main: { up } });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: '✗ Set PARLEY_PORT.\n  (PORT_IN_USE; docs/errors.md says more)\n',
  });
  expect(readFileSync(join(cwd, '.parley', 'parley.log'), 'utf8')).toContain('PORT_IN_USE');
});

test('up that is interrupted during its start ends without a word', async () => {
  const stop = new AbortController();
  const up = ({ signal }: { readonly signal: AbortSignal }) => {
    stop.abort(new Error('stopped by SIGINT'));
    return Promise.reject(signal.reason);
  };
  expect(await parley(['up'], { signal: stop.signal, main: { up } })).toEqual({ code: 1, stdout: '', stderr: '' });
});

test('commands get the environment with .env', async () => {
  const cwd = tempFolder({ '.env': 'MATRIX_SERVER_NAME=example.org\nFOO=bar' });
  const registration = async ({ config, env }: Given) => `${config.matrix.serverName} ${env.FOO}\n`;
  expect(await parley(['registration'], { cwd, main: { registration } })).toMatchObject({
    stdout: 'example.org bar\n',
  });
});

test('registration --write makes a file that only its owner can read', async () => {
  const cwd = tempFolder();
  const file = join(cwd, 'r.yaml');
  writeFileSync(file, 'something that was longer before\n');
  chmodSync(file, 0o644);
  const { code, stdout, stderr } = await parley(['registration', '--write', 'r.yaml'], {
    cwd,
    main: { registration: async () => 'id: parley\n' },
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('app_service_config_files');
  expect(readFileSync(file, 'utf8')).toBe('id: parley\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('agents list sets the orchestrator apart, which is nobody to talk with', async () => {
  const parleyItself = {
    ...ada,
    _id: agentId('parley'),
    name: 'Parley',
    role: 'orchestrator',
    description: 'Keeps order.',
  };
  const main = { listAgents: async () => [ada, parleyItself as typeof ada] };
  expect((await parley(['agents', 'list'], { main })).stdout).toMatch(
    /^ada {5}Ada, idle\.[\s\S]*\n\nNo agent to talk with:\nparley {2}Parley\. Keeps order\.\n$/,
  );
});

test('agents verify shows the emoji of verifications of the last hour', async () => {
  const emoji = [{ symbol: '🐶', name: 'Dog' }];
  const seen = (minutes: number) => ({
    agent: ada,
    with: '@mara:example.org',
    emoji,
    at: Date.now() - minutes * 60_000,
  });
  const run = (...given: ReturnType<typeof seen>[]) =>
    parley(['agents', 'verify', 'Ada'], { main: { listVerifications: async () => given } });
  expect((await run(seen(1))).stdout).toMatch(/^Ada with @mara:example\.org, \d\d:\d\d\n {2}🐶 Dog\n/);
  expect((await run(seen(90))).stdout).toContain('Nobody has verified Ada within the last hour.');
  expect((await run()).stdout).toContain('Nobody has verified Ada');
});

test('agents list names each agent, its status and skills', async () => {
  const main = { listAgents: async () => [ada] };
  expect((await parley(['agents', 'list'], { main })).stdout).toBe(
    'ada  Ada, idle. Writes code.\n     TypeScript, review\n',
  );
  const [first] = JSON.parse((await parley(['agents', 'list', '--json'], { main })).stdout);
  expect(first).toMatchObject({ id: 'ada', name: 'Ada', status: 'idle', skills: ['TypeScript', 'review'] });
  expect(first).not.toHaveProperty('instructions');
});
