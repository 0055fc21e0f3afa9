import { createServer, type Server } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenNear, monitorListener } from '../../../src/telemetry/monitor/listener.ts';
import { readiness } from '../../../src/telemetry/monitor/readiness.ts';
import { heldClock } from '../../fakes/clock.ts';

const part = (name: string, check: () => Promise<string>) => ({ name, check });
const fine = part('store', async () => 'answers');

describe('whether Parley is ready', () => {
  it('is no while it starts, yes when every part answers, and no again when it stops', async () => {
    const state = readiness(heldClock());
    expect(await state.check()).toEqual({ ready: false, phase: 'starting', parts: [] });
    state.began([fine]);
    const parts = [{ name: 'store', ok: true, detail: 'answers' }];
    expect(await state.check()).toEqual({ ready: true, phase: 'running', parts });
    state.stopping();
    expect(await state.check()).toMatchObject({ ready: false, phase: 'stopping' });
  });

  it('is no when a part fails or says nothing in time, with the reason', async () => {
    const clock = heldClock();
    const state = readiness(clock);
    const away = part('homeserver', () => Promise.reject(new Error('can’t be reached')));
    const hanging = part('redis', () => new Promise<string>(() => undefined));
    state.began([fine, away, hanging]);
    const checked = state.check();
    await clock.advance(2_000);
    expect(await checked).toEqual({
      ready: false,
      phase: 'running',
      parts: [
        { name: 'store', ok: true, detail: 'answers' },
        { name: 'homeserver', ok: false, detail: 'can’t be reached' },
        { name: 'redis', ok: false, detail: 'no answer within 2 s' },
      ],
    });
  });

  it('is looked up at most once a second, however many ask', async () => {
    const clock = heldClock();
    const state = readiness(clock);
    let asked = 0;
    state.began([part('store', async () => `asked ${++asked} times`)]);
    await Promise.all(Array.from({ length: 1_000 }, () => state.check()));
    await clock.advance(999);
    await state.check();
    expect(asked).toBe(1);
    await clock.advance(1);
    await state.check();
    expect(asked).toBe(2);
  });
});

describe('the listener of those who watch', () => {
  const open = (ready: boolean) => {
    const listener = monitorListener({
      readiness: async () => ({ ready, phase: 'running', parts: [] }),
      metrics: async () => ({ type: 'text/plain; version=0.0.4', text: 'parley_info 1\n' }),
      status: () => Promise.reject(new Error('not here')),
    });
    onTestFinished(() => listener.close());
    return listener;
  };

  it('tells health, readiness and metrics', async () => {
    expect((await open(false).inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await open(true).inject('/readyz')).statusCode).toBe(200);
    expect((await open(false).inject('/readyz')).statusCode).toBe(503);
    const metrics = await open(true).inject('/metrics');
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.body).toBe('parley_info 1\n');
  });

  it('takes the next port where the wished one is taken', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const port = portOf(other);
    const url = await listenNear(open(true), port, '127.0.0.1');
    expect(Number(new URL(url).port)).toBeGreaterThan(port);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
