import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { statusLines } from '../../src/cli/status-lines.ts';
import { lockDataFolder } from '../../src/data-folder/lock.ts';
import { noteMonitorAddress } from '../../src/data-folder/monitor-address.ts';
import type { Status } from '../../src/telemetry/monitor/status.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

const hour = 3_600_000;
const status: Status = {
  version: '0.1.0',
  pid: 4711,
  startedAt: 0,
  now: 3 * hour + 12 * 60_000,
  ready: true,
  phase: 'running',
  parts: [
    { name: 'store', ok: true, detail: 'answers' },
    { name: 'homeserver', ok: true, detail: 'answers at http://localhost:8008' },
  ],
  models: [{ name: 'gpt-5', ok: false, detail: 'the key is refused' }],
  agents: { idle: 3, busy: 1 },
  rooms: { known: 12, more: false },
  queues: [
    { topic: 'rooms', waiting: 2, running: 1, oldestMs: 4_000 },
    { topic: 'turns', waiting: 0, running: 1, oldestMs: 0 },
  ],
  today: { day: '2026-11-21', since: 0, inputTokens: 1_234_567, outputTokens: 8_900, cost: 1.234, currency: 'EUR' },
  errors: [{ code: 'MODEL_REJECTED_KEY', level: 'warn', count: 3, lastAt: 3 * hour, message: 'An answer failed.' }],
};

async function serving(answer: unknown): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe('npx parley status', () => {
  it('shows in a few lines how Parley is', () => {
    expect(statusLines(status, (_, text) => text)).toEqual([
      'Parley 0.1.0 is ready (process 4711, for 3 h 12 min)',
      '',
      '  ✓ store       answers',
      '  ✓ homeserver  answers at http://localhost:8008',
      '  ✗ model       the key is refused',
      '',
      '  Agents      4 (3 idle, 1 busy)',
      '  Rooms       12',
      '  Turns       1 running, 0 waiting',
      '  Queues      rooms 2, the oldest for 4 s',
      '  Today       1 234 567 tokens read, 8 900 written, 1.23 EUR since the start',
      '  Errors      since the start, the latest first (docs/errors.md)',
      '    MODEL_REJECTED_KEY  3 ×, 12 min 0 s ago: An answer failed.',
    ]);
  });

  it('asks the process that runs in the data folder, as text and as JSON', async () => {
    const data = join(tempFolder(), 'data');
    const lock = lockDataFolder(data);
    onTestFinished(() => lock.release());
    onTestFinished(await noteMonitorAddress(data, { url: await serving(status), pid: process.pid }));
    const env = { PARLEY_DATA: data };
    const shown = await parley(['status'], { env });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('Parley 0.1.0 is ready');
    const json = await parley(['status', '--json'], { env });
    expect(JSON.parse(json.stdout)).toEqual(status);
  });

  it('finds one that shares the folder with others, and so holds no lock', async () => {
    const data = tempFolder();
    onTestFinished(await noteMonitorAddress(data, { url: await serving(status), pid: process.pid }));
    expect(await parley(['status'], { env: { PARLEY_DATA: data } })).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends with 1 where something that Parley needs is not there', async () => {
    const url = await serving({ ...status, ready: false });
    const { code, stdout } = await parley(['status', '--url', url]);
    expect(code).toBe(1);
    expect(stdout).toContain('is not ready');
  });

  it('says so where none runs, also where one has left its traces', async () => {
    const data = tempFolder();
    const none = await parley(['status'], { env: { PARLEY_DATA: data } });
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('does not run');
    expect(none.stderr).toContain('npx parley up');
    writeFileSync(join(data, 'monitoring.json'), '{"url":"http://127.0.0.1:1","pid":999999999}');
    writeFileSync(join(data, 'parley.pid'), '999999999\n');
    expect((await parley(['status'], { env: { PARLEY_DATA: data } })).stderr).toContain('does not run');
  });

  it('says what to do where one runs that can’t be asked, or something else answers', async () => {
    const data = join(tempFolder(), 'data');
    mkdirSync(data);
    const lock = lockDataFolder(data);
    onTestFinished(() => lock.release());
    const silent = await parley(['status'], { env: { PARLEY_DATA: data } });
    expect(silent.code).toBe(1);
    expect(silent.stderr).toContain('PARLEY_METRICS_PORT');
    const other = await parley(['status', '--url', await serving({ hello: 'there' })]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('No Parley answers');
  });

  it('still finds the process that began last when another one of the folder has ended', async () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, '.parley'));
    const url = await serving(status);
    const forget = await noteMonitorAddress(join(cwd, '.parley'), { url: 'http://127.0.0.1:9', pid: process.pid });
    const forgetLast = await noteMonitorAddress(join(cwd, '.parley'), { url, pid: process.pid });
    forget();
    expect(await parley(['status'], { cwd })).toMatchObject({ code: 0 });
    forgetLast();
    expect(await parley(['status'], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_RUNNING'),
    });
  });
});
