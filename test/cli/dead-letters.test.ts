import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { openStore } from '../../src/compose/open-store.ts';
import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { DomainEvent } from '../../src/core/events/event.ts';
import * as main from '../../src/main.ts';
import { systemClock } from '../../src/system-clock.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { said } from '../contracts/bus/bench.ts';
import { silentLog } from '../fakes/log.ts';
import { parley, type Terminal } from './terminal.ts';

/** A data folder in which two groups could not handle something. */
async function failed(ids: readonly string[] = ['audit/1', 'audit/2', 'page/1']) {
  const env = { PARLEY_DATA: tempFolder({}) };
  const letters = async <T>(use: (store: Awaited<ReturnType<typeof openStore>>['store']) => Promise<T>): Promise<T> => {
    await using ending = new AsyncDisposableStack();
    const given = { config: await loadConfig({ env }), clock: systemClock, log: silentLog };
    return use((await openStore(given, ending)).store);
  };
  await letters(store =>
    store.collection('dead_letters').insert(
      ids.map((_id, index) => ({
        _id,
        group: _id.split('/')[0] ?? '',
        topic: 'Messages' as const,
        event: { ...said('a', index), timestamp: 1 } as DomainEvent,
        raw: null,
        error: 'STORE_FULL: The disk is full.',
        attempts: 8,
        timestamp: index,
        retry: false,
      })),
    ),
  );
  const terminal: Terminal = { env, main };
  return {
    run: (...command: string[]) => parley(['dead-letters', ...command], terminal),
    all: (): Promise<DeadLetter[]> => letters(store => store.collection('dead_letters').find({ limit: 10 })),
  };
}

test('dead letters are listed by pages, in words and as JSON', async () => {
  const { run } = await failed();
  const first = await run('list', '--limit', '2');
  expect(first.stdout).toContain('audit/1\n    1970-01-01 00:00:00, 8 attempts: STORE_FULL: The disk is full.\n');
  expect(first.stdout).toContain("More: npx parley dead-letters list --after 'audit/2'");
  const next = await run('list', '--after', 'audit/2', '--json');
  expect(JSON.parse(next.stdout)).toMatchObject([{ id: 'page/1', group: 'page', attempts: 8, retry: false }]);
  expect((await run('list', '--group', 'nobody')).stdout).toBe('No dead letters.\n');
  expect((await run('list', '--after', 'audit/9')).code).toBe(1);
  expect((await run('list', '--limit', 'x')).code).toBe(2);
});

test('what somebody else made up as an id steers neither the terminal nor a shell', async () => {
  const { run } = await failed(["audit/'; touch pwned; '\u001b[2J"]);
  const { stdout } = await run('list', '--limit', '1');
  expect(stdout).toContain(String.raw`audit/'; touch pwned; '\u001b[2J`);
  expect(stdout).toContain(String.raw`--after 'audit/'\''; touch pwned; '\''\u001b[2J'`);
});

test('one, all, or those of a group are tried again, or dropped', async () => {
  const { run, all } = await failed();
  expect((await run('retry', 'audit/1')).code).toBe(0);
  expect((await all()).map(({ retry }) => retry)).toEqual([true, false, false]);
  expect((await run('retry', '--all', '--group', 'audit')).stdout).toContain('2 will be tried again');
  expect((await all()).map(({ retry }) => retry)).toEqual([true, true, false]);
  expect((await run('drop', '--all', '--group', 'audit')).stdout).toBe('2 deleted.\n');
  expect((await all()).map(({ _id }) => _id)).toEqual(['page/1']);
  expect((await run('drop', '--all')).code).toBe(0);
  expect(await all()).toEqual([]);
});

test('what is not there gives exit code 1, what is not meant 2', async () => {
  const { run } = await failed();
  expect(await run('retry', 'audit/9')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no dead letter audit/9'),
  });
  for (const command of [['drop'], ['retry', 'audit/1', '--all'], ['drop', 'audit/1', '--group', 'audit']]) {
    expect((await run(...command)).code).toBe(2);
  }
});
