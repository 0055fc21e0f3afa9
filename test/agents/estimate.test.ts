import { expect, onTestFinished, test } from 'vitest';
import { startScriptedModel } from '../fakes/scripted-model/server.ts';
import { collect, dialogue, heard, mara } from './support/requests.ts';
import { model, never, runtimeWith, scripted } from './support/runtimes.ts';

test('what an answer may take is known without asking a model or loading a picture', async () => {
  const fails = () => Promise.reject(new Error('must not be loaded'));
  const picture = heard(mara, 'Look', { images: [{ mimeType: 'image/png', load: fails }] });
  const blind = runtimeWith({ models: [model({ type: 'openai', maxTokens: 400 })] });
  const seeing = runtimeWith({ models: [model({ type: 'openai', maxTokens: 400, capabilities: ['text', 'images'] })] });
  const estimate = await blind.estimate(dialogue(picture));
  expect(estimate).toMatchObject({ model: 'openai', outputTokens: 400 });
  expect(estimate.inputTokens).toBeGreaterThan(50);
  expect((await seeing.estimate(dialogue(picture))).inputTokens).toBe(estimate.inputTokens + 800);
});

test('the input of an estimate covers what the model counts, and ends at the window', async () => {
  const runtime = runtimeWith({ models: [model({ type: 'openai' })], limits: { contextTokens: 2000 } });
  const short = await runtime.estimate(dialogue('Hello'));
  const long = await runtime.estimate(dialogue(...Array.from({ length: 200 }, () => 'many words '.repeat(20))));
  expect(long.inputTokens).toBeGreaterThan(short.inputTokens);
  expect(long.inputTokens).toBeLessThanOrEqual(2000);
});

test('where a model has no limit of its own, the expected answer is learned from the ones before', async () => {
  const server = await startScriptedModel();
  onTestFinished(() => server.close());
  const runtime = runtimeWith({ models: [scripted(server.url)] });
  const before = (await runtime.estimate(dialogue('Hi'))).outputTokens;
  for (let count = 0; count < 40; count += 1) await collect(runtime.reply(dialogue('[[say: short]]'), never()));
  const after = (await runtime.estimate(dialogue('Hi'))).outputTokens;
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThan(before / 2);
});

test('without a model nothing is expected', async () => {
  expect(await runtimeWith({ models: [] }).estimate(dialogue('Hi'))).toMatchObject({ inputTokens: 0, outputTokens: 0 });
});
