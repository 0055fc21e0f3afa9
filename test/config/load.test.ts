import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { tempFolder } from './temp-folder.ts';

/** Loads a `parley.yaml` of this text. */
function load(text: string, env: NodeJS.ProcessEnv = {}) {
  return loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml', ...env }, cwd: tempFolder({ 'parley.yaml': text }) });
}

test('has a default for everything', async () => {
  const cwd = tempFolder();
  const config = await loadConfig({ env: {}, cwd });
  expect(config.dataDir).toBe(`${cwd}/.parley`);
  expect(config.listener).toEqual({ host: '127.0.0.1', port: 8070, url: null });
  expect(config.conversation.answerWithinMinutes).toBe(60);
  expect(config.streaming.maxEdits).toBe(12);
  expect(config.access.people).toEqual({ '*:{homeserver}': 'user' });
  expect(config.models).toEqual([]);
  expect(config.agents.length).toBeGreaterThan(1);
  expect(config.agents.at(-1)).toMatchObject({ id: 'parley', role: 'orchestrator' });
});

test('a file goes over the defaults, and the environment over the file', async () => {
  const text = 'listener: {port: 1111, host: 0.0.0.0}\nlog: {level: warn}\n';
  const config = await load(text, { PARLEY_PORT: '2222', LOG_LEVEL: 'debug' });
  expect(config.listener).toMatchObject({ port: 2222, host: '0.0.0.0' });
  expect(config.log.level).toBe('debug');
  expect(config.conversation.maxHops).toBe(3);
});

test('an empty environment variable counts as not set', async () => {
  expect((await load('listener: {port: 1111}', { PARLEY_PORT: '' })).listener.port).toBe(1111);
});

test('.env adds to the environment and overrides nothing in it', async () => {
  const cwd = tempFolder({ '.env': 'PARLEY_PORT=3333\nLOG_LEVEL=error\n' });
  const config = await loadConfig({ env: { LOG_LEVEL: 'debug' }, cwd });
  expect(config.listener.port).toBe(3333);
  expect(config.log.level).toBe('debug');
});

test('a section with all options commented out is as good as none', async () => {
  expect((await load('conversation:\n  # maxHops: 3\n')).conversation.maxHops).toBe(3);
});

test('nothing in it can be changed', async () => {
  const config = await load('');
  expect(Object.isFrozen(config) && Object.isFrozen(config.conversation)).toBe(true);
  expect(Object.isFrozen(config.agents[0]?.skills)).toBe(true);
});

test('references to the environment are filled in, as what the option wants', async () => {
  const text = `
conversation: {maxHops: '\${HOPS}', introduce: '\${INTRO:-false}'}
models:
  - {id: m, name: M, type: openai_compatible, baseUrl: 'http://\${HOST:-localhost}:1', apiKey: '\${KEY}'}
matrix: {owner: '@\${NAME}:$\${NAME}'}
`;
  const config = await load(text, { HOPS: '5', KEY: '12345', NAME: 'mara' });
  expect(config.conversation).toMatchObject({ maxHops: 5, introduce: false });
  expect(config.models[0]).toMatchObject({ baseUrl: 'http://localhost:1', apiKey: '12345' });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the doubled dollar stands for itself
  expect(config.matrix.owner).toBe('@mara:${NAME}');
});
