import { expect, test } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import { type Ready, readyLines } from '../../src/cli/ready.ts';

function progressOn(options: { isTTY?: boolean; quiet?: boolean; env?: NodeJS.ProcessEnv } = {}) {
  const written: string[] = [];
  let time = 0;
  const output = { isTTY: options.isTTY ?? false, write: (text: string) => written.push(text) };
  const progress = createProgress({ output, env: options.env ?? {}, quiet: options.quiet ?? false, now: () => time });
  return { progress, pass: (ms: number) => (time += ms), text: () => written.join('') };
}

test('a step is one line with its time, once it is done', () => {
  const { progress, pass, text } = progressOn();
  const step = progress.step('Homeserver');
  pass(2345);
  step.done('http://localhost:8008');
  step.fail('too late');
  progress.step('Agents').fail('no');
  progress.info('by the way');
  expect(text()).toBe('✓ Homeserver: http://localhost:8008 (2.3 s)\n✗ Agents: no\n  by the way\n');
});

test('on a terminal, a running step stands there and gives way', () => {
  const { progress, text } = progressOn({ isTTY: true, env: { NO_COLOR: '1' } });
  const step = progress.step('Homeserver');
  progress.info('pulling');
  step.done();
  const clear = '\r\u001b[2K';
  expect(text()).toBe(`… Homeserver${clear}  pulling\n… Homeserver${clear}✓ Homeserver\n`);
});

test('steps that run beside each other each get their line', () => {
  const { progress, text } = progressOn({ isTTY: true, env: { NO_COLOR: '1' } });
  const one = progress.step('one');
  const two = progress.step('two');
  one.done();
  two.done();
  const clear = '\r\u001b[2K';
  expect(text()).toBe(`… one${clear}… two${clear}✓ one\n… two${clear}✓ two\n`);
});

test('there are colours on a terminal only, and not where they are unwanted', () => {
  const colours = (options: Parameters<typeof progressOn>[0]) => {
    const { progress, text } = progressOn(options);
    progress.step('x').done();
    return text().includes('\u001b[32m');
  };
  expect(colours({ isTTY: true })).toBe(true);
  expect(colours({ isTTY: true, env: { NO_COLOR: '1' } })).toBe(false);
  expect(colours({ isTTY: false })).toBe(false);
});

test('quiet leaves warnings, failures and where everything is', () => {
  const { progress, text } = progressOn({ quiet: true });
  progress.step('a').done();
  progress.info('b');
  progress.step('c').fail();
  progress.warn('d');
  progress.readyBox(ready);
  expect(text()).toMatch(/^✗ c\n! d\n\nParley is ready/);
});

const ready: Ready = {
  homeserver: 'http://localhost:8008',
  serverName: 'localhost',
  account: '@mara:localhost',
  password: 'correct horse',
  rooms: [{ name: 'Lobby', id: '!abc' }],
  agents: [{ name: 'Ada', id: '@agent-ada:localhost' }],
  orchestrator: { name: 'Parley', id: '@parley:localhost' },
  model: { name: 'demo', isDemo: true, ok: true },
  part: null,
  tookMs: 4_200,
};
const lines = (changes: Partial<Ready> = {}) => readyLines({ ...ready, ...changes }, (_, text) => text).join('\n');

test('the end of the start says where to go and with what', () => {
  const text = lines();
  for (const part of [
    'Parley is ready (4.2 s)',
    'http://localhost:8008',
    '@mara:localhost',
    'correct horse',
    'Lobby  https://matrix.to/#/!abc?via=localhost',
    'Ada  https://matrix.to/#/%40agent-ada%3Alocalhost',
    'Commands    Parley  https://matrix.to/#/%40parley%3Alocalhost',
    'OPENAI_API_KEY',
    'In Element',
    'sign in as mara',
    'Ctrl-C',
  ]) {
    expect(text).toContain(part);
  }
});

test('it says only what is so', () => {
  const text = lines({
    homeserver: 'https://matrix.example.org',
    account: null,
    password: null,
    model: { name: 'gpt-5-mini at api.openai.com', isDemo: false, ok: true },
  });
  expect(text).toContain('gpt-5-mini at api.openai.com');
  expect(text).not.toMatch(/Password|demo|localhost:8008/);
});

test('a process beside others says which part it has and where it can be watched, and not how people sign in', () => {
  const text = lines({ part: { role: 'worker', watchedAt: 'http://127.0.0.1:9465' } });
  expect(text).toContain('  Process     worker: it decides and answers; a bridge takes in what happens\n');
  expect(text).toContain('npx parley status --url http://127.0.0.1:9465');
  expect(text).toContain('Ctrl-C stops this process; the others go on.');
  expect(text).not.toMatch(/Password|Account|In Element|all that it started/);
  const both = lines({ part: { role: 'all', watchedAt: null } });
  expect(both).toContain('  Process     all: it takes in what happens, decides and answers\n');
  expect(both).toContain('In Element');
  expect(both).not.toContain('npx parley status');
});

test('a model that does not answer is marked, with what to do', () => {
  const name = 'gpt-5-mini at api.openai.com: it refuses the API key. Set a valid one (OPENAI_API_KEY is set)';
  expect(lines({ model: { name, isDemo: false, ok: false } })).toContain(`  Model       ⚠ ${name}\n`);
});
