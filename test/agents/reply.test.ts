import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '../fakes/scripted-model/server.ts';
import { ada, collect, dialogue, group, heard, mara, said } from './support/requests.ts';
import { model, never, recordedLog, runtimeWith, scripted } from './support/runtimes.ts';

let first: ScriptedModel;
let second: ScriptedModel;
beforeAll(async () => {
  first = await startScriptedModel();
  second = await startScriptedModel();
});
afterAll(() => Promise.all([first.close(), second.close()]));

/** A text that no other test says. */
let count = 0;
function unique(directive: string): string {
  count += 1;
  return `${directive} #${count}.`;
}
const callsOf = (text: string) => [first.asked(text).length, second.asked(text).length];

describe('an answer', () => {
  test('takes one call, streams, and ends with what it took', async () => {
    const text = unique('[[slow: 5 words, 5ms]]');
    const { pieces, error } = await collect(
      runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), never()),
    );
    expect(error).toBeNull();
    expect(pieces.slice(0, -1).map(piece => piece.type === 'text' && piece.text)).toEqual([
      'word1',
      ' word2',
      ' word3',
      ' word4',
      ' word5',
    ]);
    expect(pieces.at(-1)).toMatchObject({
      type: 'usage',
      usage: { model: 'scripted', inputTokens: expect.any(Number) },
    });
    expect(callsOf(text)).toEqual([1, 0]);
  });

  test('to one line in a fresh dialogue takes a request of at most 4 KiB', async () => {
    const text = unique('What speaks against microservices?');
    await collect(runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), never()));
    expect(first.asked(text)[0]?.bytes).toBeLessThan(4096);
    expect(first.asked(text)[0]?.agent).toBe('Ada');
  });

  test('in a group reads the last line, and comes without the name or the format', async () => {
    const runtime = runtimeWith({ models: [scripted(first.url)] });
    const labelled = await collect(runtime.reply(group(unique('[[say: Ada: I agree]]')), never()));
    expect(labelled.text).toMatch(/^I agree$/);
    const enveloped = await collect(runtime.reply(group('[[say: <Ada> "I agree"]]'), never()));
    expect(enveloped.text).toBe('I agree');
  });

  test('comes without what the model thought', async () => {
    const runtime = runtimeWith({ models: [scripted(first.url)] });
    const { text } = await collect(runtime.reply(dialogue('[[say: <think>Let me see.</think> It is 4.]]'), never()));
    expect(text).toBe('It is 4.');
  });

  test('ends at 400 KB and closes the connection', async () => {
    const text = unique('[[long: 900000]]');
    const answer = await collect(runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), never()));
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(400_000);
    expect(Buffer.byteLength(answer.text)).toBeGreaterThan(399_000);
    expect(answer.error).toBeNull();
  });
});

/** The same pieces, telling of each. */
async function* tapped<T>(pieces: AsyncIterable<T>, tell: () => void): AsyncGenerator<T> {
  for await (const piece of pieces) {
    tell();
    yield piece;
  }
}

describe('stopping', () => {
  test.each([
    ['before the first piece', '[[hang]]', 'asked'],
    ['in the middle', '[[stall]]', 'spoken'],
  ] as const)('%s closes the connection and throws the reason', async (_, directive, when) => {
    const text = unique(directive);
    const controller = new AbortController();
    const spoken = Promise.withResolvers<void>();
    const pieces = runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), controller.signal);
    const reading = collect(tapped(pieces, spoken.resolve));
    await (when === 'asked' ? first.waitFor(request => request.text === text) : spoken.promise);
    const reason = new Error('enough');
    controller.abort(reason);
    expect((await reading).error).toBe(reason);
    await expect.poll(() => first.asked(text)[0]?.aborted).toBe(true);
    expect(callsOf(text)).toEqual([1, 0]);
  });

  test('before the start makes no call', async () => {
    const text = unique('never asked');
    const { error } = await collect(
      runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), AbortSignal.abort('no')),
    );
    expect(error).toBe('no');
    expect(callsOf(text)).toEqual([0, 0]);
  });

  test('leaving the loop closes the connection too', async () => {
    const text = unique('[[slow: 500 words, 20ms]]');
    for await (const _ of runtimeWith({ models: [scripted(first.url)] }).reply(dialogue(text), never())) break;
    await expect.poll(() => first.asked(text)[0]?.aborted).toBe(true);
  });
});

describe('a model that falls silent', () => {
  const impatient = { firstTokenSeconds: 0.15, stallSeconds: 0.15 };

  test('before the first piece is given up, its connection closed, and the next one asked', async () => {
    const text = unique('[[hang]]');
    const rule = second.rule(request =>
      request.text === text ? { pieces: ['Second'], delayMs: 0, ending: 'end' } : undefined,
    );
    const models = [scripted(first.url, impatient), scripted(second.url, { id: 'second' })];
    const answer = await collect(runtimeWith({ models }).reply(dialogue(text), never()));
    rule();
    expect(answer.text).toBe('Second');
    expect(answer.pieces.at(-1)).toMatchObject({ usage: { model: 'second' } });
    await expect.poll(() => first.asked(text)[0]?.aborted).toBe(true);
    expect(callsOf(text)).toEqual([1, 1]);
  });

  test('in the middle ends the answer with an error: what was said stands, nobody else is asked', async () => {
    const text = unique('[[stall]]');
    const models = [scripted(first.url, impatient), scripted(second.url, { id: 'second' })];
    const answer = await collect(runtimeWith({ models }).reply(dialogue(text), never()));
    expect(answer.text).toBe('word1 word2 word3 word4 word5');
    expect(answer.error).toMatchObject({ code: 'MODEL_TIMEOUT', retry: true });
    await expect.poll(() => first.asked(text)[0]?.aborted).toBe(true);
    expect(callsOf(text)).toEqual([1, 0]);
  });
});

describe('a model that fails', () => {
  const runtime = () => runtimeWith({ models: [scripted(first.url)] });

  test.each([
    ['[[fail: 500]]', 'MODEL_UNREACHABLE', 3],
    ['[[fail: 503]]', 'MODEL_UNREACHABLE', 3],
    ['[[fail: 429-quota]]', 'MODEL_QUOTA', 1],
    ['[[fail: 401]]', 'MODEL_REJECTED_KEY', 1],
    ['[[fail: 400-context]]', 'MODEL_REFUSED', 1],
    ['[[empty]]', 'MODEL_EMPTY', 1],
  ])('%s gives %s after %i calls', async (directive, code, calls) => {
    const text = unique(directive);
    const { error } = await collect(runtime().reply(dialogue(text), never()));
    expect(error).toMatchObject({ code });
    expect(first.asked(text)).toHaveLength(calls);
  });

  test('for a moment is asked again, and nobody notices', async () => {
    const text = unique('[[fail-once: moment]]');
    const answer = await collect(runtime().reply(dialogue(text), never()));
    expect(answer.error).toBeNull();
    expect(answer.text).toContain('am back');
  });

  test('and says when to come back is waited for, if it is soon', async () => {
    const text = unique('[[fail: 429-rate]]');
    const runtimes = [1500, 500].map(longestWaitMs =>
      runtimeWith({ models: [scripted(first.url)], limits: { longestWaitMs, retries: 1 } }),
    );
    const started = performance.now();
    const [patient, impatient] = runtimes;
    const { error } = (await (patient && collect(patient.reply(dialogue(text), never())))) ?? {};
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(error).toMatchObject({ code: 'MODEL_QUOTA', retryAfterMs: 1000, retry: true });
    expect(first.asked(text)).toHaveLength(2);
    await (impatient && collect(impatient.reply(dialogue(text), never())));
    expect(first.asked(text)).toHaveLength(3);
  });

  test('in the middle is an error, and no other model is asked', async () => {
    const text = unique('[[drop]]');
    const models = [scripted(first.url), scripted(second.url, { id: 'second' })];
    const answer = await collect(runtimeWith({ models }).reply(dialogue(text), never()));
    expect(answer.text).toBe('word1 word2 word3 word4 word5');
    expect(answer.error).toMatchObject({ code: 'MODEL_UNREACHABLE' });
    expect(callsOf(text)).toEqual([1, 0]);
  });

  test('is replaced by the next one before the first piece, and the log knows why', async () => {
    const text = unique('[[fail: 401]]');
    const rule = second.rule(request =>
      request.text === text ? { pieces: ['Second'], delayMs: 0, ending: 'end' } : undefined,
    );
    const log = recordedLog();
    const models = [scripted(first.url, { apiKey: 'a-very-secret-key' }), scripted(second.url, { id: 'second' })];
    const answer = await collect(runtimeWith({ models, log }).reply(dialogue(text), never()));
    rule();
    expect(answer.text).toBe('Second');
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        fields: { model: 'scripted', trouble: 'key', status: 401, err: { code: 'MODEL_REJECTED_KEY' } },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('a-very-secret-key');
  });

  test('and whose replacement fails too: people read what was wrong with the first', async () => {
    const text = unique('[[fail: 429-quota]]');
    const gone = scripted('http://127.0.0.1:9', { id: 'gone' });
    const { error } = await collect(
      runtimeWith({ models: [scripted(first.url), gone] }).reply(dialogue(text), never()),
    );
    expect(error).toMatchObject({ code: 'MODEL_QUOTA' });
  });
});

describe('which model answers', () => {
  test('the one that the agent names, by id or by name', async () => {
    const models = [scripted(first.url), scripted(second.url, { id: 'second', name: 'The second' })];
    for (const name of ['second', 'The second']) {
      const request = dialogue(unique('who'));
      const answer = await collect(
        runtimeWith({ models }).reply({ ...request, agent: { ...ada, model: [name] } }, never()),
      );
      expect(answer.pieces.at(-1)).toMatchObject({ usage: { model: 'second' } });
    }
  });

  test('the default one where the agent names one that is not there, and the log says so', async () => {
    const log = recordedLog();
    const request = { ...dialogue(unique('who')), agent: { ...ada, model: ['lost'] } };
    const answer = await collect(runtimeWith({ models: [scripted(first.url)], log }).reply(request, never()));
    expect(answer.pieces.at(-1)).toMatchObject({ usage: { model: 'scripted' } });
    expect(log.lines[0]?.fields).toMatchObject({ model: 'lost' });
  });

  test('the one that the server lists where the configuration names none', async () => {
    const { model: _, ...unnamed } = scripted(first.url);
    const text = unique('who');
    await collect(runtimeWith({ models: [unnamed] }).reply(dialogue(text), never()));
    expect(first.asked(text)[0]?.body.model).toBe('scripted');
  });

  test('a key from the environment goes to nobody else than its provider', async () => {
    const env = { OPENAI_API_KEY: 'the-real-key', DEEPSEEK_API_KEY: 'another-key' };
    const elsewhere = model({ type: 'deepseek', baseUrl: first.url });
    for (const one of [scripted(first.url), elsewhere]) {
      const text = unique('who');
      await collect(runtimeWith({ models: [one], env }).reply(dialogue(text), never()));
      expect(first.asked(text)[0]?.authorization).toBe('Bearer none');
    }
  });

  test('a provider without a key is not called at all', async () => {
    const { error } = await collect(runtimeWith({ models: [model({ type: 'openai' })] }).reply(dialogue('x'), never()));
    expect(error).toMatchObject({ code: 'MODEL_REJECTED_KEY' });
  });
});

test('a conversation that is too long for the model is sent again, shorter', async () => {
  const marker = unique('short enough');
  const rule = first.rule(request =>
    request.everything.includes(marker) && request.bytes > 9000
      ? { pieces: [], delayMs: 0, ending: 'end', failure: '400-context' }
      : undefined,
  );
  const history = Array.from({ length: 30 }, (_, index) => [
    heard(mara, `Question ${index} ${'x'.repeat(500)}`),
    said(ada, 'Yes'),
  ]).flat();
  const runtime = runtimeWith({ models: [scripted(first.url)] });
  const answer = await collect(runtime.reply(dialogue(...history, marker), never()));
  expect(answer.error).toBeNull();
  expect(first.asked(marker).length).toBeLessThanOrEqual(3);
  const before = first.asked(marker).length;
  await collect(runtime.reply(dialogue(...history, marker), never()));
  expect(first.asked(marker).length - before).toBe(1);
  rule();
});
