import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { StepRequest, WorkRound } from '../../src/ports/agent-runtime.ts';
import { tool } from '../../src/ports/tool.ts';
import { call, fail, type Script, say } from '../fakes/scripted-model/script.ts';
import { type ScriptedModel, startScriptedModel } from '../fakes/scripted-model/server.ts';
import { dialogue } from './support/requests.ts';
import { never, runtimeWith, scripted } from './support/runtimes.ts';

let server: ScriptedModel;
let spare: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel();
  spare = await startScriptedModel();
});
afterAll(() => Promise.all([server.close(), spare.close()]));

const able = { capabilities: ['text', 'chat', 'tools'] as const };
const carriedOut: string[] = [];
const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({ at: z.string() }),
  async run({ at }) {
    carriedOut.push(at);
    return at;
  },
});

const round = (result: string, more: Partial<WorkRound> = {}): WorkRound => ({
  heard: [],
  text: 'I look.',
  extras: {},
  calls: [{ id: 'call_1', name: 'look', input: { at: 'it' }, result }],
  ...more,
});

const request = (text: string, given: Partial<StepRequest> = {}): StepRequest => ({
  ...dialogue(text),
  tools: [look],
  done: [],
  heard: [],
  ...given,
});

function plan(model: ScriptedModel, text: string, script: Script): void {
  model.rule(asked => (asked.everything.includes(text) ? script : undefined));
}

describe('a step of work', () => {
  test('gives what the model says and calls, and carries nothing out', async () => {
    plan(
      server,
      'first thing',
      call(
        [
          { name: 'look', args: '{"at": "it"}' },
          { name: 'look', args: 'nonsense' },
        ],
        'I look.',
      ),
    );
    const answer = await runtimeWith({ models: [scripted(server.url, able)] }).step(request('first thing'), never());
    expect(answer).toMatchObject({
      text: 'I look.',
      calls: [
        { name: 'look', input: { at: 'it' } },
        { name: 'look', input: null },
      ],
    });
    expect(answer.usage).toMatchObject({
      model: 'scripted',
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    });
    expect(carriedOut).toEqual([]);
  });

  test('begins with what was done, and what was said in between stands in its place', async () => {
    plan(server, 'second thing', say('Done.'));
    const done = [round('a result'), round('another', { heard: ['Mara says: faster'] })];
    await runtimeWith({ models: [scripted(server.url, able)] }).step(
      request('second thing', { done, heard: ['and louder'] }),
      never(),
    );
    const messages = server.requests.find(({ everything }) => everything.includes('second thing'))?.body.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(
      messages
        .slice(3, 5)
        .concat(messages.slice(-1))
        .map(({ content }) => content),
    ).toEqual(['a result', 'Mara says: faster', 'and louder']);
  });

  test('of long work the newest is whole, and the older is cut so that it fits', async () => {
    plan(server, 'third thing', say('Done.'));
    const done = Array.from({ length: 30 }, (_, nth) => round(`${nth}: ${'word '.repeat(1_000)}`));
    const runtime = runtimeWith({ models: [scripted(server.url, able)], limits: { contextTokens: 6_000 } });
    const estimate = await runtime.estimate(request('third thing', { done }));
    await runtime.step(request('third thing', { done }), never());
    const asked = server.requests.find(({ everything }) => everything.includes('third thing'));
    const results = (asked?.body.messages ?? [])
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => String(content));
    expect(results).toHaveLength(30);
    expect(results[0]).toMatch(/^0: .*left out/s);
    expect(results.at(-1)).toBe(done.at(-1)?.calls[0]?.result);
    expect(asked?.bytes).toBeLessThan(60_000);
    expect(estimate.inputTokens).toBeLessThan(7_000);
  });

  test('is asked of the next model where one fails, also in the middle', async () => {
    plan(server, 'fourth thing', { pieces: ['I ', 'look'], delayMs: 0, ending: 'drop' });
    plan(spare, 'fourth thing', say('Here I am.'));
    const models = [scripted(server.url, able), scripted(spare.url, { ...able, id: 'spare' })];
    const answer = await runtimeWith({ models, limits: { retries: 0 } }).step(request('fourth thing'), never());
    expect([answer.text, answer.usage.model]).toEqual(['Here I am.', 'spare']);
  });

  test('fails in the words of the first model, and where nothing was said', async () => {
    plan(server, 'fifth thing', fail('429-quota'));
    const runtime = runtimeWith({ models: [scripted(server.url, able)] });
    await expect(runtime.step(request('fifth thing'), never())).rejects.toMatchObject({ code: 'MODEL_QUOTA' });
    plan(server, 'sixth thing', { pieces: [], delayMs: 0, ending: 'end' });
    await expect(runtime.step(request('sixth thing'), never())).rejects.toMatchObject({ code: 'MODEL_EMPTY' });
  });

  test('is refused where no model can call tools', async () => {
    const runtime = runtimeWith({ models: [scripted(server.url, { capabilities: ['text', 'chat'] })] });
    expect(await runtime.canStep(request('seventh thing').agent)).toBe(false);
    expect(await runtimeWith({ models: [scripted(server.url, able)] }).canStep(request('seventh thing').agent)).toBe(
      true,
    );
    await expect(runtime.step(request('seventh thing'), never())).rejects.toMatchObject({
      code: 'MODEL_WITHOUT_TOOLS',
      message: expect.stringContaining('capabilities: [text, chat, tools]'),
    });
  });

  test('ends at once when it is aborted, and closes the connection', async () => {
    plan(server, 'eighth thing', { pieces: [], delayMs: 0, ending: 'stall', hang: true });
    const stop = new AbortController();
    const step = runtimeWith({ models: [scripted(server.url, able)] }).step(request('eighth thing'), stop.signal);
    const asked = await server.waitFor(({ everything }) => everything.includes('eighth thing'));
    stop.abort(new Error('stopped'));
    await expect(step).rejects.toThrow('stopped');
    await expect.poll(() => asked.aborted).toBe(true);
  });
});
