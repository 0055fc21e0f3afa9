import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Tool, tool } from '../../src/ports/tool.ts';
import { call, fail, type Script, say } from '../fakes/scripted-model/script.ts';
import { type ScriptedModel, startScriptedModel } from '../fakes/scripted-model/server.ts';
import { collect, dialogue, group } from './support/requests.ts';
import { never, recordedLog, runtimeWith, scripted } from './support/runtimes.ts';

let server: ScriptedModel;
let spare: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel();
  spare = await startScriptedModel();
});
afterAll(() => Promise.all([server.close(), spare.close()]));

const able = { capabilities: ['text', 'chat', 'tools'] as const };

/** A text that no other test says. */
let count = 0;
const unique = (): string => {
  count += 1;
  return `question #${count}.`;
};

/** Adds up, and remembers what it was called with. */
function adder(result: (sum: number, signal: AbortSignal) => Promise<string> = async sum => String(sum)) {
  const inputs: { a: number; b: number }[] = [];
  const add = tool({
    name: 'add',
    description: 'Adds two numbers.',
    parameters: z.object({ a: z.number().describe('One.'), b: z.number().describe('Another.') }),
    run: (input, signal) => {
      inputs.push(input);
      return result(input.a + input.b, signal);
    },
  });
  return { add, inputs };
}

/** Gives the scripts to the calls for `text`, one after the other, the last one for ever. */
function plan(text: string, ...scripts: readonly Script[]): void {
  let at = 0;
  server.rule(request => {
    if (request.text !== text) return undefined;
    at += 1;
    return scripts[Math.min(at, scripts.length) - 1];
  });
}

const ask = (text: string, tools: readonly Tool[], given: Partial<Parameters<typeof runtimeWith>[0]> = {}) =>
  runtimeWith({ models: [scripted(server.url, able)], ...given }).reply({ ...dialogue(text), tools }, never());

describe('a model that calls a tool', () => {
  test('gets its result, and the texts before and after are one answer with one usage', async () => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call([{ name: 'add', args: '{"a": 2, "b": 40}' }], 'Let me see.'), say('It is 42.'));
    const answer = await collect(ask(text, [add]));
    expect(answer.error).toBeNull();
    expect(answer.text).toBe('Let me see.\n\nIt is 42.');
    expect(inputs).toEqual([{ a: 2, b: 40 }]);
    const [first, second] = server.asked(text);
    expect(second?.body.messages?.slice(-2)).toMatchObject([
      { role: 'assistant', content: 'Let me see.', tool_calls: [{ function: { name: 'add' } }] },
      { role: 'tool', content: '42' },
    ]);
    const tokens = (bytes = '') => Math.ceil(bytes.length / 4);
    const asked = [first, second].map(one => tokens(JSON.stringify(one?.body.messages)));
    const usage = answer.pieces.filter(piece => piece.type === 'usage');
    expect(usage).toMatchObject([{ usage: { inputTokens: (asked[0] ?? 0) + (asked[1] ?? 0) } }]);
  });

  test('gets the results of several calls in their order', async () => {
    const text = unique();
    const { add, inputs } = adder();
    const calls = [1, 2, 3].map(a => ({ name: 'add', args: JSON.stringify({ a, b: a }) }));
    plan(text, call(calls), say('Done.'));
    expect((await collect(ask(text, [add]))).text).toBe('Done.');
    expect(inputs.map(({ a }) => a)).toEqual([1, 2, 3]);
    expect(
      server
        .asked(text)[1]
        ?.body.messages?.slice(-3)
        .map(({ content }) => content),
    ).toEqual(['2', '4', '6']);
  });

  test.each([
    ['a tool that is not there', { name: 'rm', args: '{}' }, 'There is no such tool. There are: add.'],
    ['arguments that are no JSON', { name: 'add', args: '{"a": 2, ' }, 'no JSON object'],
    ['arguments that are a list', { name: 'add', args: '[1, 2]' }, 'no JSON object'],
    ['arguments that do not fit', { name: 'add', args: '{"a": "<b>2</b>"}' }, 'Correct them'],
  ])('is told of %s, and answers', async (_, wrong, told) => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call([wrong]), say('Sorry.'));
    const answer = await collect(ask(text, [add]));
    expect([answer.error, answer.text, inputs]).toEqual([null, 'Sorry.', []]);
    expect(server.asked(text)[1]?.body.messages?.at(-1)?.content).toContain(told);
  });

  test('is told that a tool failed or took too long, and the log knows more', async () => {
    const text = unique();
    const log = recordedLog();
    const broken = { ...adder(() => Promise.reject(new Error('secret detail'))).add };
    const slow = { ...adder(() => new Promise(() => {})).add, name: 'slow', limitMs: 20 };
    const args = '{"a": 1, "b": 1}';
    plan(
      text,
      call([
        { name: 'add', args },
        { name: 'slow', args },
      ]),
      say('Well.'),
    );
    expect((await collect(ask(text, [broken, slow], { log }))).text).toBe('Well.');
    const told = server
      .asked(text)[1]
      ?.body.messages?.slice(-2)
      .map(({ content }) => content);
    expect(told).toEqual(['It failed. Go on without it.', 'It took too long and was given up.']);
    expect(log.lines.map(({ fields }) => fields.tool)).toEqual(['add', 'slow']);
  });

  test('for ever is told to answer after eight rounds, and then ended', async () => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call([{ name: 'add', args: '{"a": 1, "b": 1}' }], 'Hm.'));
    const answer = await collect(ask(text, [add]));
    expect(answer.error).toBeNull();
    expect(inputs).toHaveLength(8);
    expect(server.asked(text)).toHaveLength(10);
    expect(server.asked(text)[9]?.body.messages?.at(-1)?.content).toContain('Answer now');
  });

  test('too often at a time has eight calls carried out', async () => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call(Array.from({ length: 30 }, () => ({ name: 'add', args: '{"a":1,"b":1}' }))), say('Done.'));
    expect((await collect(ask(text, [add]))).text).toBe('Done.');
    expect(inputs).toHaveLength(8);
  });

  test('and then says nothing has answered without text', async () => {
    const text = unique();
    plan(text, call([{ name: 'add', args: '{"a": 1, "b": 1}' }]), say(''));
    const answer = await collect(ask(text, [adder().add]));
    expect([answer.error, answer.text]).toEqual([null, '']);
  });

  test('with far too much is not listened to', async () => {
    const text = unique();
    plan(text, call([{ name: 'add', args: `{"a": "${'x'.repeat(40_000)}"}` }]));
    expect((await collect(ask(text, [adder().add]))).error).toMatchObject({ code: 'MODEL_UNREACHABLE' });
  });

  test('gets a result that is cut where it is very long', async () => {
    const text = unique();
    plan(text, call([{ name: 'add', args: '{"a": 1, "b": 1}' }]), say('Done.'));
    await collect(ask(text, [adder(async () => 'x'.repeat(50_000)).add]));
    expect(String(server.asked(text)[1]?.body.messages?.at(-1)?.content).length).toBeLessThan(17_000);
  });
});

describe('a model that fails behind a tool', () => {
  const args = '{"a": 1, "b": 1}';

  test('is asked again from there: the tool is called once', async () => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call([{ name: 'add', args }], 'Hm.'), fail('500'), say('It is 2.'));
    const answer = await collect(ask(text, [add]));
    expect([answer.error, answer.text]).toEqual([null, 'Hm.\n\nIt is 2.']);
    expect(inputs).toHaveLength(1);
  });

  test('for good is not replaced: what the tool did was done for this answer', async () => {
    const text = unique();
    const { add, inputs } = adder();
    plan(text, call([{ name: 'add', args }]), fail('401'));
    const models = [scripted(server.url, able), scripted(spare.url, { ...able, id: 'spare' })];
    const answer = await collect(ask(text, [add], { models }));
    expect(answer.error).toMatchObject({ code: 'MODEL_REJECTED_KEY' });
    expect([inputs.length, spare.asked(text).length]).toEqual([1, 0]);
  });
});

describe('stopping in the middle of a tool', () => {
  test('ends the tool at once and asks no model any more', async () => {
    const text = unique();
    const begun = Promise.withResolvers<AbortSignal>();
    const { add } = adder((_, signal) => {
      begun.resolve(signal);
      return new Promise(() => {});
    });
    plan(text, call([{ name: 'add', args: '{"a": 1, "b": 1}' }]));
    const controller = new AbortController();
    const request = { ...dialogue(text), tools: [add] };
    const runtime = runtimeWith({ models: [scripted(server.url, able)] });
    const reading = collect(runtime.reply(request, controller.signal));
    const seen = await begun.promise;
    const reason = new Error('enough');
    controller.abort(reason);
    expect((await reading).error).toBe(reason);
    expect(seen.aborted).toBe(true);
    expect(server.asked(text)).toHaveLength(1);
  });
});

describe('what a model is told of tools', () => {
  test('is nothing where it can call none, byte for byte', async () => {
    const text = unique();
    const bodies: string[] = [];
    const { add } = adder();
    for (const tools of [[], [add]]) {
      await collect(runtimeWith({ models: [scripted(server.url)] }).reply({ ...group(text), tools }, never()));
      bodies.push(server.asked(text).at(-1)?.everything ?? '');
    }
    await collect(ask(text, []));
    expect(server.asked(text).at(-1)?.body.tools).toBeUndefined();
    const stamps = /"timestamp":\d+/g;
    expect(bodies[0]?.replace(stamps, '')).toBe(bodies[1]?.replace(stamps, ''));
  });

  test('is name, description and schema, the same each time', async () => {
    const text = unique();
    const { add } = adder();
    await collect(ask(text, [add]));
    await collect(ask(text, [adder().add]));
    const [first, second] = server.asked(text).map(({ body }) => body.tools);
    expect(first).toEqual([
      {
        type: 'function',
        function: {
          name: 'add',
          description: 'Adds two numbers.',
          parameters: {
            type: 'object',
            properties: { a: { type: 'number', description: 'One.' }, b: { type: 'number', description: 'Another.' } },
            required: ['a', 'b'],
          },
        },
      },
    ]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test('costs a model that calls none nothing but their description', async () => {
    let runs = 0;
    const run = async (): Promise<string> => {
      runs += 1;
      return '';
    };
    const text = unique();
    expect((await collect(ask(text, [{ ...adder().add, run }]))).text).toContain('heard');
    expect([runs, server.asked(text).length]).toEqual([0, 1]);
  });
});
