import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';
import type { AgentRuntime } from '../../src/ports/agent-runtime.ts';
import { tool } from '../../src/ports/tool.ts';
import { type ProviderServer, startProviderServer } from './support/provider-server.ts';
import { collect, dialogue } from './support/requests.ts';
import { model, never, runtimeWith } from './support/runtimes.ts';
import { type Wire, wires } from './support/wire.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const key = 'secret-key-1234567890';
const runtimeOf = ({ type }: Wire, limits = {}) =>
  runtimeWith({
    models: [model({ type, model: 'm', baseUrl: server.url, apiKey: key })],
    limits: { retries: 0, ...limits },
  });

describe.each(wires)('$type', wire => {
  test('streams text and counts tokens, with one call', async () => {
    server.react(wire.whole);
    const before = server.calls.length;
    const { text, pieces, error } = await collect(runtimeOf(wire).reply(dialogue('Hi'), never()));
    expect(error).toBeNull();
    expect(text).toBe('Hello room');
    expect(pieces.at(-1)).toMatchObject({ type: 'usage', usage: { inputTokens: 7, outputTokens: 3 } });
    expect(server.calls.length - before).toBe(1);
  });

  test('calls a tool, and reads its result', async () => {
    const before = server.calls.length;
    server.react((_, index) => (index === before ? wire.calling : wire.whole));
    const inputs: unknown[] = [];
    const lookup = tool({
      name: 'lookup',
      description: 'Looks something up.',
      parameters: z.object({ q: z.string() }),
      run: async input => `found ${inputs.push(input)}`,
    });
    const config = model({ type: wire.type, model: 'm', baseUrl: server.url, apiKey: key, capabilities: ['tools'] });
    const request = { ...dialogue('Hi'), tools: [lookup] };
    const { text, error } = await collect(runtimeWith({ models: [config] }).reply(request, never()));
    expect(error).toBeNull();
    expect([text, inputs]).toEqual(['Hm.\n\nHello room', [{ q: 'x' }]]);
    const [first, second] = server.calls.slice(before);
    expect(first?.body).toContain('Looks something up.');
    expect(second?.body).toContain('found 1');
    expect(second?.body).toMatch(/"name":"lookup".*"lookup"/);
    if (wire.type === 'google') expect(second?.body).toContain('signed');
  });

  test('closes the connection within 50 ms when the answer is stopped', async () => {
    server.react(wire.begun);
    const runtime = runtimeOf(wire);
    const latencies: number[] = [];
    // The best of three: what is measured is whether it closes at once, not how busy the machine is.
    for (let round = 0; round < 3; round += 1) latencies.push(await abortLatency(runtime));
    expect(Math.min(...latencies)).toBeLessThan(50);
  });

  test('keeps what came before the connection broke, and says that it broke', async () => {
    server.react({ ...wire.begun, ending: 'drop' });
    const { text, error } = await collect(runtimeOf(wire).reply(dialogue('Hi'), never()));
    expect(text).toBe('Hello');
    expect(error).toMatchObject({ code: 'MODEL_UNREACHABLE', message: expect.stringContaining('in the middle') });
  });

  test('is given up when it falls silent in the middle', async () => {
    server.react(wire.begun);
    const config = model({ type: wire.type, model: 'm', baseUrl: server.url, apiKey: key, stallSeconds: 0.1 });
    const { text, error } = await collect(runtimeWith({ models: [config] }).reply(dialogue('Hi'), never()));
    expect(text).toBe('Hello');
    expect(error).toMatchObject({ code: 'MODEL_TIMEOUT' });
    await expect.poll(() => server.calls.at(-1)?.closedAt).not.toBeNull();
  });

  test.each([
    [401, 'bad key', 'MODEL_REJECTED_KEY'],
    [404, 'no such model', 'MODEL_REFUSED'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'MODEL_REFUSED'],
    [429, 'Slow down', 'MODEL_QUOTA'],
    [402, 'Insufficient balance', 'MODEL_QUOTA'],
    [500, 'oops', 'MODEL_UNREACHABLE'],
    [503, 'overloaded', 'MODEL_UNREACHABLE'],
  ] as const)('says what status %i "%s" means', async (status, message, code) => {
    server.react(wire.error(status, `${message} ${key}`));
    const { error } = await collect(runtimeOf(wire).reply(dialogue('Hi'), never()));
    expect(error).toBeInstanceOf(ParleyError);
    expect(error).toMatchObject({ code });
    const failure = error as ParleyError;
    expect(failure.message).not.toContain(message);
    expect(`${failure.message} ${failure.stack} ${(failure.cause as Error).stack}`).not.toContain(key);
  });
});

/** Milliseconds from stopping an answer that has begun until the server sees the connection closed. */
async function abortLatency(runtime: AgentRuntime): Promise<number> {
  const controller = new AbortController();
  const reason = new Error('stopped');
  let stoppedAt = 0;
  const reading = async () => {
    for await (const piece of runtime.reply(dialogue('Hi'), controller.signal)) {
      expect(piece).toEqual({ type: 'text', text: 'Hello' });
      stoppedAt = performance.now();
      controller.abort(reason);
    }
  };
  await expect(reading()).rejects.toBe(reason);
  await expect.poll(() => server.calls.at(-1)?.closedAt, { interval: 5 }).not.toBeNull();
  return (server.calls.at(-1)?.closedAt ?? Number.POSITIVE_INFINITY) - stoppedAt;
}
