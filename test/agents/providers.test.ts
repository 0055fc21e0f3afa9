import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
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

  test('closes the connection within 50 ms when the answer is stopped', async () => {
    server.react(wire.begun);
    const controller = new AbortController();
    const reason = new Error('stopped');
    let stoppedAt = 0;
    const reading = collect(runtimeOf(wire).reply(dialogue('Hi'), controller.signal));
    await expect.poll(() => server.calls.at(-1)?.body).toContain('Hi');
    await sleep(60);
    stoppedAt = performance.now();
    controller.abort(reason);
    const { error, text } = await reading;
    expect(error).toBe(reason);
    expect(text).toBe('Hello');
    await expect.poll(() => server.calls.at(-1)?.closedAt).not.toBeNull();
    expect((server.calls.at(-1)?.closedAt ?? 0) - stoppedAt).toBeLessThan(50);
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
