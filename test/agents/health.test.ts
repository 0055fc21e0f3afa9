import { expect, test } from 'vitest';
import { startProviderServer } from './support/provider-server.ts';
import { model, never, runtimeWith, scripted } from './support/runtimes.ts';

const listing = (...ids: string[]) => ({
  body: JSON.stringify({ object: 'list', data: ids.map(id => ({ id, object: 'model' })) }),
});

test.each([
  ['openai_compatible', '/v1/models', 'authorization'],
  ['anthropic', '/v1/models', 'x-api-key'],
  ['google', '/v1beta/openai/models', 'authorization'],
  ['mistral', '/v1/models', 'authorization'],
  ['ollama', '/v1/models', 'authorization'],
] as const)('%s is asked for its list of models, and nothing else', async (type, path, header) => {
  await using server = await startProviderServer();
  server.react(listing('models/m', 'other'));
  const runtime = runtimeWith({ models: [model({ type, model: 'm', baseUrl: server.url, apiKey: 'the-key' })] });
  const [health] = await runtime.describe(never());
  expect(health).toEqual({ name: type, ok: true, detail: `m at ${new URL(server.url).host}`, remedy: null });
  expect(server.calls.map(call => call.path)).toEqual([path]);
  expect(server.calls[0]?.headers[header]).toContain('the-key');
});

test.each([
  [{ status: 401, body: '{"error":{"message":"no"}}' }, false, /key is not accepted/, /Check /],
  [{ status: 500, body: '{}' }, false, /does not answer/, /Start it/],
  [{ status: 404, body: '{}' }, true, /does not list its models/, null],
  [listing('a', 'b'), false, /has no model "scripted"; it has a, b/, /Change the model's name/],
  [listing(), true, /scripted at/, null],
])('says what is wrong and what to do: %j', async (reaction, ok, detail, remedy) => {
  await using server = await startProviderServer();
  server.react(reaction);
  const [health] = await runtimeWith({ models: [scripted(server.url)] }).describe(never());
  expect(health).toMatchObject({ ok, detail: expect.stringMatching(detail) });
  expect(health?.remedy ?? null).toEqual(remedy === null ? null : expect.stringMatching(remedy));
});

test('a model that is not there, or has no key, is told with the remedy; no call is made without a key', async () => {
  const models = [scripted('http://127.0.0.1:9'), model({ type: 'anthropic' })];
  const healths = await runtimeWith({ models }).describe(never());
  expect(healths).toMatchObject([
    { ok: false, detail: expect.stringContaining('does not answer'), remedy: expect.stringContaining('Start it') },
    { ok: false, detail: expect.any(String), remedy: expect.stringContaining('ANTHROPIC_API_KEY') },
  ]);
});

test('stopping throws the reason', async () => {
  await expect(runtimeWith({ models: [scripted('http://127.0.0.1:9')] }).describe(AbortSignal.abort('x'))).rejects.toBe(
    'x',
  );
});
