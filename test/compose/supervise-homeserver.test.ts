import { expect, it } from 'vitest';
import type { Progress } from '../../src/cli/progress.ts';
import { superviseHomeserver } from '../../src/compose/supervise-homeserver.ts';
import { ParleyError } from '../../src/core/errors.ts';
import type { RunningHomeserver } from '../../src/homeserver/running-homeserver.ts';
import { heldClock } from '../fakes/clock.ts';
import { silentLog } from '../fakes/log.ts';

const minute = 60_000;

/** A homeserver that ends when the test says so, and whose starts may fail. */
async function supervised() {
  const clock = heldClock();
  const warned: string[] = [];
  const progress: Progress = {
    info: () => undefined,
    warn: line => void warned.push(line),
    step: () => ({ done: () => undefined, fail: () => undefined, stopped: () => undefined }),
    readyBox: () => undefined,
  };
  const startedAt: number[] = [];
  const begunAt = clock.now();
  let failures = 0;
  let allowed: Promise<void> = Promise.resolve();
  let stops = 0;
  let end = (_why: string): void => undefined;
  const start = async (): Promise<RunningHomeserver> => {
    startedAt.push(clock.now() - begunAt);
    await allowed;
    failures -= 1;
    if (failures >= 0) throw new ParleyError('HOMESERVER_START_FAILED', 'The port is taken. End what uses it.');
    const { promise: exited, resolve } = Promise.withResolvers<string>();
    end = resolve;
    const stop = async (): Promise<void> => {
      stops += 1;
    };
    return { kind: 'python', url: 'http://x', serverName: 'x', reason: '', listenOn: [], stop, exited };
  };
  const homeserver = await superviseHomeserver({ start, clock, progress, log: silentLog });
  return {
    clock,
    warned,
    startedAt,
    homeserver,
    stops: () => stops,
    failNext(times: number) {
      failures = times;
    },
    /** Starts take until what is given here is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      allowed = promise;
      return resolve;
    },
    /** It ends, and this much time goes by. */
    async die(ms = 0) {
      end('Synapse ended by itself.');
      await clock.advance(ms);
    },
  };
}

it('starts a homeserver again at once when it ends after it has run for a while', async () => {
  const { clock, die, startedAt, warned } = await supervised();
  await clock.advance(10 * minute);
  await die();
  expect(startedAt).toEqual([0, 10 * minute]);
  expect(warned).toEqual(['Synapse ended by itself. Starting it again.']);
});

it('waits longer each time for a homeserver that becomes ready and ends right after', async () => {
  const { die, startedAt, warned } = await supervised();
  for (let times = 0; times < 12; times += 1) await die(minute);
  const pauses = startedAt.slice(1).map((at, index) => at - index * minute);
  expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, minute, minute, minute, minute]);
  expect(warned[4]).toBe('Synapse ended by itself. Starting it again in 4 s.');
});

it('begins anew with short pauses when the homeserver has stayed up', async () => {
  const { clock, die, startedAt } = await supervised();
  for (let times = 0; times < 5; times += 1) await die(minute);
  await clock.advance(10 * minute);
  const before = clock.now();
  await die();
  await die(500);
  expect(startedAt).toHaveLength(8);
  expect(clock.now() - before).toBe(500);
});

it('waits longer each time for a homeserver that does not start', async () => {
  const { clock, die, failNext, startedAt } = await supervised();
  await clock.advance(10 * minute);
  failNext(3);
  await die(10 * minute);
  expect(startedAt.map(at => at - 10 * minute).slice(1)).toEqual([0, 500, 1500, 3500]);
});

it('starts nothing any more after it was stopped, neither at once nor after the pause', async () => {
  const { clock, die, homeserver, startedAt, stops } = await supervised();
  await die();
  await die();
  await homeserver.stop();
  await clock.advance(10 * minute);
  expect(startedAt).toHaveLength(2);
  expect(stops()).toBe(1);
});

it.each([0, 1])('stops what is just being started, though %i starts fail', async failures => {
  const { clock, die, failNext, hold, homeserver, startedAt, stops } = await supervised();
  const go = hold();
  await die();
  failNext(failures);
  let stopped = false;
  const stopping = homeserver.stop().then(() => {
    stopped = true;
  });
  await clock.advance(0);
  expect(stopped).toBe(false);
  go();
  await stopping;
  await clock.advance(10 * minute);
  expect(startedAt).toHaveLength(2);
  expect(stops()).toBe(1);
});
