import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { type LogOptions, openLog } from '../../src/telemetry/log.ts';
import { tempFolder } from '../config/temp-folder.ts';

function logged(fields: Record<string, unknown>, options: Partial<LogOptions> = {}): Record<string, unknown> {
  const lines: string[] = [];
  openLog({ level: 'debug', texts: false, to: { write: line => lines.push(line) }, ...options }).info(fields, 'said');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

test('a line has time, level, process, fields and a sentence', () => {
  const line = logged({ room: 'r' });
  expect(line).toMatchObject({ level: 'info', pid: process.pid, room: 'r', msg: 'said' });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('secrets are hidden at any depth, counts of tokens are not', () => {
  const deep = {
    a: { b: [{ headers: { Authorization: 'Bearer abc' }, hsToken: 'abc', apiKey: 'abc', inputTokens: 7 }] },
  };
  const text = JSON.stringify(logged({ ...deep, url: 'failed with Bearer abc and sk-abcdefgh123' }));
  expect(text).not.toMatch(/abc/);
  expect(text).toContain('"inputTokens":7');
});

test('an address is logged without its password', () => {
  const urls = [
    'mongodb://mara:geh@im@one:27017,two/parley',
    'redis://:geheim@one:6379/0',
    'http://localhost:8008/@a:b',
  ];
  expect(logged({ urls, told: `no answer from ${urls[1]} at 10:30, mara@example.org` })).toMatchObject({
    urls: ['mongodb://mara:[hidden]@one:27017,two/parley', 'redis://:[hidden]@one:6379/0', urls[2]],
    told: 'no answer from redis://:[hidden]@one:6379/0 at 10:30, mara@example.org',
  });
});

test('secrets are hidden in texts, however they stand there, and nothing else is', () => {
  const key = `AIza${'x'.repeat(35)}`;
  const signed = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.c`;
  const texts: readonly (readonly [string, string])[] = [
    [
      'PUT http://bridge:8070/transactions/1?access_token=8f3c1e5a&x=1',
      'PUT http://bridge:8070/transactions/1?access_token=[hidden]&x=1',
    ],
    ['https://models/v1?alt=sse&key=abc', 'https://models/v1?alt=sse&key=[hidden]'],
    ['{"access_token": "abc","user_id":"@mara:a.org"}', '{"access_token": "[hidden]","user_id":"@mara:a.org"}'],
    ['password=hunter2 user=mara', 'password=[hidden] user=mara'],
    [`refused ${key}`, 'refused [hidden]'],
    [`ghp_${'1'.repeat(36)}, ${signed}`, '[hidden], [hidden]'],
    ['mongodb://u:p/a@ss@host:1/db', 'mongodb://u:[hidden]@host:1/db'],
    ['redis://:sec/ret@h:1', 'redis://:[hidden]@h:1'],
    ['http://localhost:8008/user/@mara:localhost', 'http://localhost:8008/user/@mara:localhost'],
    ['120 tokens, PARLEY_KEY_FILE, the key: room', '120 tokens, PARLEY_KEY_FILE, the key: room'],
  ];
  for (const [detail, expected] of texts) expect(logged({ detail }).detail).toBe(expected);
  const named = { headers: { 'x-api-key': 'a' }, passphrase: 'a', masterKey: 'a', key: 'room' };
  const hidden = { headers: { 'x-api-key': '[hidden]' }, passphrase: '[hidden]', masterKey: '[hidden]', key: 'room' };
  expect(logged(named)).toMatchObject(hidden);
});

test('texts of messages are hidden, unless they are wanted', () => {
  const event = { content: { body: 'hello', formatted_body: '<b>hello</b>' }, text: 'hello' };
  expect(JSON.stringify(logged({ event }))).not.toContain('hello');
  expect(JSON.stringify(logged({ event }, { texts: true }))).toContain('hello');
});

test('the message of an error stays out if it may quote somebody', () => {
  const quoting = (() => {
    try {
      return JSON.parse('hello there');
    } catch (error) {
      return error;
    }
  })();
  const line = logged({ err: new Error('hello', { cause: quoting }) });
  expect(JSON.stringify(line)).not.toContain('hello');
  expect(line.err).toMatchObject({
    type: 'Error',
    stack: expect.stringMatching(/^at /),
    cause: { type: 'SyntaxError' },
  });
});

test('our own errors, and those of the system, keep their message and code', () => {
  expect(logged({ err: new ParleyError('STORE_FULL', 'Make room.') }).err).toMatchObject({
    type: 'ParleyError',
    code: 'STORE_FULL',
    message: 'Make room.',
  });
  const system = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  expect(logged({ err: system }).err).toMatchObject({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' });
});

test('whatever is logged, it is one line of a bounded size', () => {
  const round: Record<string, unknown> = {
    big: 1n,
    many: new Map([[1, 2]]),
    bytes: new Uint8Array(9),
    none: undefined,
  };
  round.self = round;
  const line = JSON.stringify(logged({ round, long: 'x'.repeat(1e6), list: Array(1e5).fill(1) }));
  expect(line.length).toBeLessThan(20_000);
});

test('fields that belong to every line are added', () => {
  const lines: string[] = [];
  const log = openLog({ level: 'info', texts: false, to: { write: line => lines.push(line) } });
  log.with({ correlationId: 'c1' }).warn({ a: 1 }, 'x');
  log.debug({}, 'not logged');
  expect(lines.map(line => JSON.parse(line))).toMatchObject([{ correlationId: 'c1', a: 1, level: 'warn' }]);
});

test('the file is for the owner only, and never grows past its size', () => {
  const file = join(tempFolder(), 'logs', 'parley.log');
  const open = () => openLog({ level: 'info', texts: false, to: { file, maxBytes: 2_000 } });
  const log = open();
  for (let index = 0; index < 100; index += 1) log.info({ index }, 'line');
  log.close();
  log.info({}, 'after the end');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(file).size).toBeLessThanOrEqual(2_000);
  expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(2_000);
  expect(existsSync(`${file}.2`)).toBe(false);
  expect(readFileSync(file, 'utf8')).toContain('"index":99');
  const before = readFileSync(file, 'utf8').length;
  const again = open();
  again.info({}, 'goes on');
  again.close();
  expect(readFileSync(file, 'utf8').length).toBeGreaterThan(before);
});

test('a log that could not begin its next file goes on when it can', () => {
  const folder = join(tempFolder(), 'logs');
  const file = join(folder, 'parley.log');
  const log = openLog({ level: 'info', texts: false, to: { file, maxBytes: 200 } });
  log.info({}, 'the first line is there');
  renameSync(folder, `${folder}-away`);
  log.info({}, 'too long for the file, and there is no folder: lost'.repeat(3));
  mkdirSync(folder);
  log.info({}, 'a line that comes later');
  log.close();
  expect(readFileSync(file, 'utf8')).toContain('a line that comes later');
});

test('processes that share a file keep to its size together, and lose no line', () => {
  const file = join(tempFolder(), 'logs', 'parley.log');
  const logs = [0, 1].map(() => openLog({ level: 'info', texts: false, to: { file, maxBytes: 2_000 } }));
  for (let index = 100; index < 130; index += 1) logs[index % 2]?.info({ index }, 'a line');
  for (const log of logs) log.close();
  const texts = [`${file}.1`, file].map(name => readFileSync(name, 'utf8'));
  expect(texts.filter(text => text.length > 2_000)).toEqual([]);
  expect(texts.join('').match(/"index":\d+/g)).toEqual(Array.from({ length: 30 }, (_, at) => `"index":${at + 100}`));
});
