import { describe, expect, it, onTestFinished } from 'vitest';
import { localBus } from '../../../src/buses/local/bus.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import { event } from '../../../src/core/events/event.ts';
import { bridgeName, chatId, foreignMember, messageId } from '../../../src/core/ids.ts';
import { localQueue } from '../../../src/queues/local/queue.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { tell } from '../../../src/telemetry/fact.ts';
import { hearFacts } from '../../../src/telemetry/metrics/hear-facts.ts';
import { lateMeter } from '../../../src/telemetry/metrics/meter.ts';
import { promMeter } from '../../../src/telemetry/metrics/prom-meter.ts';
import { tapBus } from '../../../src/telemetry/metrics/tap-bus.ts';
import { tapLog } from '../../../src/telemetry/metrics/tap-log.ts';
import { tapQueue } from '../../../src/telemetry/metrics/tap-queue.ts';
import { heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';
import { keptMeter } from '../../fakes/meter.ts';

const bridge = bridgeName('memory');
const chat = chatId(bridge, '!room');
const from = foreignMember(bridge, '@mara');

const received = (id: string, fromPerson: boolean | null = true) => {
  const message = messageId(bridge, id);
  const data = { chat, message, from, fromPerson, messageType: 'text', replyTo: null, thread: null } as const;
  return event('MessageReceived', data, message);
};

describe('what is told on the bus', () => {
  it('is counted once, also when it is told again, and still reaches subscribers', () => {
    const clock = heldClock();
    const meter = keptMeter();
    const inner = localBus({ store: openMemoryStore({ clock }), clock, log: silentLog });
    const bus = tapBus(inner, { meter, clock, log: silentLog });
    bus.publish([received('$1'), received('$2', false)]);
    bus.publish([received('$1')]);
    const since = clock.now() - 3_000;
    const granted = { chat, speaker: from, turn: null, since, reason: 'asked', trigger: null, by: null, endsAt: null };
    bus.publish([event('SpeakGranted', granted)]);
    expect(Object.fromEntries(meter.counts)).toEqual({
      'parley_events_total{MessageReceived}': 2,
      'parley_events_total{SpeakGranted}': 1,
      'parley_messages_total{in,person}': 1,
      'parley_messages_total{in,bot}': 1,
    });
    expect(meter.times.get('parley_floor_wait_seconds{}')).toEqual([3]);
  });
});

describe('a queue', () => {
  it('tells how much waits, runs and pauses, and for how long', async () => {
    const clock = heldClock();
    const queue = localQueue({ clock });
    onTestFinished(async () => void (await Promise.all([queue.close(0), clock.advance(0)])));
    const never = new Promise<void>(() => undefined);
    const run = (key: string) => (key === 'bad' ? Promise.reject(new Error('no')) : never);
    queue.handle('rooms', { concurrency: 1, attempts: 3, run, onGivenUp: () => undefined });
    queue.wake('rooms', 'bad');
    await clock.advance(10);
    queue.wake('rooms', 'a');
    queue.wake('rooms', 'b');
    await clock.advance(1_000);
    expect(await queue.lengths()).toEqual([{ topic: 'rooms', waiting: 2, running: 1, oldestMs: 1_010 }]);
  });

  it('has its runs counted by outcome', async () => {
    const clock = heldClock();
    const meter = keptMeter();
    const queue = tapQueue(localQueue({ clock }), { meter, clock });
    onTestFinished(() => queue.close(0));
    const run = (key: string) => (key === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve());
    queue.handle('rooms', { concurrency: 1, attempts: 2, run, onGivenUp: () => undefined });
    queue.wake('rooms', 'good');
    queue.wake('rooms', 'bad');
    await clock.advance(60_000);
    expect(Object.fromEntries(meter.counts)).toEqual({
      'parley_queue_runs_total{rooms,done}': 1,
      'parley_queue_runs_total{rooms,failed}': 2,
      'parley_queue_runs_total{rooms,given up}': 1,
    });
  });
});

describe('the log', () => {
  it('has its warnings and errors counted by our codes, and by no other word', () => {
    const clock = heldClock();
    const meter = keptMeter();
    const { log, errors } = tapLog(silentLog, { meter, clock });
    log.warn({ err: new ParleyError('MODEL_TIMEOUT', 'Too slow.') }, 'An answer failed.');
    log.error({ error: new ParleyError('MODEL_TIMEOUT', 'Too slow.') }, 'Again.');
    log.warn({ code: 'MODEL_QUOTA' }, 'An answer failed.');
    log.warn({ code: 'whatever somebody sends', err: new Error('!room:example.org') }, 'Something else.');
    log.info({ code: 'MODEL_QUOTA' }, 'No failure.');
    expect(Object.fromEntries(meter.counts)).toEqual({
      'parley_errors_total{MODEL_TIMEOUT,warn}': 1,
      'parley_errors_total{MODEL_TIMEOUT,error}': 1,
      'parley_errors_total{MODEL_QUOTA,warn}': 1,
      'parley_errors_total{OTHER,warn}': 1,
    });
    expect(errors().map(({ code, count, level }) => [code, count, level])).toEqual([
      ['OTHER', 1, 'warn'],
      ['MODEL_QUOTA', 1, 'warn'],
      ['MODEL_TIMEOUT', 2, 'error'],
    ]);
  });
});

describe('calls of models', () => {
  it('are counted with their tokens, their costs, and what the day took', () => {
    const clock = heldClock(Date.UTC(2026, 10, 21, 23));
    const meter = keptMeter();
    const priceOf = (model: string) => (model === 'big' ? { input: 1, output: 10 } : null);
    const facts = hearFacts({ meter, clock, log: silentLog }, () => ({ timeZone: 'UTC', currency: 'EUR', priceOf }));
    onTestFinished(facts.stop);
    const call = { what: 'model called', tookMs: 1_500, inputTokens: 1_000_000, outputTokens: 100_000 } as const;
    tell({ ...call, model: 'big', outcome: 'answered' });
    tell({ ...call, model: 'small', outcome: 'timeout' });
    expect(meter.counts.get('parley_model_calls_total{big,answered}')).toBe(1);
    expect(meter.counts.get('parley_model_calls_total{small,timeout}')).toBe(1);
    expect(meter.counts.get('parley_model_tokens_total{big,input}')).toBe(1_000_000);
    expect(meter.counts.get('parley_model_cost_total{big,EUR}')).toBeCloseTo(2);
    expect(meter.times.get('parley_model_call_seconds{big}')).toEqual([1.5]);
    expect(facts.today()).toMatchObject({ day: '2026-11-21', inputTokens: 2_000_000, outputTokens: 200_000 });
  });

  it('of yesterday do not count for today', async () => {
    const clock = heldClock(Date.UTC(2026, 10, 21, 23));
    const prices = { timeZone: 'UTC', currency: 'EUR', priceOf: () => null };
    const facts = hearFacts({ meter: keptMeter(), clock, log: silentLog }, () => prices);
    onTestFinished(facts.stop);
    tell({ what: 'model called', model: 'm', outcome: 'answered', tookMs: 1, inputTokens: 5, outputTokens: 5 });
    await clock.advance(2 * 3_600_000);
    expect(facts.today()).toMatchObject({ day: '2026-11-22', inputTokens: 0, cost: 0 });
  });
});

describe('requests to the homeserver', () => {
  it('are counted by outcome, with the pauses before they are tried again', () => {
    const meter = keptMeter();
    const clock = heldClock();
    const prices = { timeZone: 'UTC', currency: '', priceOf: () => null };
    onTestFinished(hearFacts({ meter, clock, log: silentLog }, () => prices).stop);
    tell({ what: 'homeserver asked', outcome: 'again', tookMs: 10, pauseMs: 2_000 });
    tell({ what: 'homeserver asked', outcome: 'taken', tookMs: 10, pauseMs: 0 });
    expect(meter.counts.get('parley_homeserver_requests_total{again}')).toBe(1);
    expect(meter.counts.get('parley_homeserver_backoff_seconds_total{}')).toBe(2);
  });
});

describe('the meter', () => {
  it('keeps what was counted before it was loaded', async () => {
    let loads = 0;
    const late = lateMeter(async () => {
      loads += 1;
      return promMeter();
    });
    late.count('parley_errors_total', { code: 'OTHER', level: 'warn' });
    late.time('parley_answer_seconds', {}, 3);
    expect(loads).toBe(0);
    const [meter] = await Promise.all([late.open(), late.open()]);
    late.count('parley_errors_total', { code: 'OTHER', level: 'warn' });
    const { text, type } = await meter.text();
    expect(loads).toBe(1);
    expect(type).toContain('text/plain');
    expect(text).toContain('parley_errors_total{code="OTHER",level="warn"} 2');
    expect(text).toContain('parley_answer_seconds_bucket{le="4"} 1');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('loads itself when much is kept', () => {
    let loads = 0;
    const late = lateMeter(async () => {
      loads += 1;
      return promMeter();
    });
    for (let count = 0; count < 1_500; count += 1) late.time('parley_answer_seconds', {}, 1);
    expect(loads).toBe(1);
  });
});
