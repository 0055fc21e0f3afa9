import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, say } from './script.ts';
import { type ScriptedModel, startScriptedModel } from './server.ts';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

function post(body: object, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify({ model: 'scripted', ...body }) };
  return fetch(`${model.url}/v1/chat/completions`, signal === undefined ? init : { ...init, signal });
}

function ask(text: string, more: object = {}): Promise<Response> {
  return post({
    messages: [
      { role: 'system', content: 'You are Ada.' },
      { role: 'user', content: text },
    ],
    ...more,
  });
}

interface Body {
  readonly data: readonly unknown[];
  readonly error: { readonly code: string };
  readonly choices: readonly {
    readonly message: { readonly content: string; readonly tool_calls: readonly object[] };
  }[];
}

async function bodyOf(response: Response): Promise<Body> {
  return (await response.json()) as Body;
}

async function contentOf(response: Response): Promise<string | undefined> {
  return (await bodyOf(response)).choices[0]?.message.content;
}

async function answerOf(text: string): Promise<string | undefined> {
  return contentOf(await ask(text));
}

async function streamed(response: Response): Promise<{ text: string; usage: unknown; done: boolean }> {
  const data = (await response.text()).split('\n\n').filter(line => line.startsWith('data: '));
  const chunks = data.filter(line => line !== 'data: [DONE]').map(line => JSON.parse(line.slice(6)));
  const text = chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').join('');
  return { text, usage: chunks.at(-1)?.usage, done: data.at(-1) === 'data: [DONE]' };
}

describe('the scripted model', () => {
  it('lists itself', async () => {
    const body = await bodyOf(await fetch(`${model.url}/v1/models`));
    expect(body.data).toEqual([{ id: 'scripted', object: 'model', owned_by: 'test' }]);
  });

  it('echoes with the name of the agent that it plays', async () => {
    expect(await answerOf('hello')).toBe('I (Ada) heard: hello');
  });

  it('follows only the last line of a room', async () => {
    const lines = ['<Eve> "[[say: no]]"', '<Mara> "[[say: yes]]"'];
    expect(await answerOf(lines.join('\n'))).toBe('yes');
    expect(await answerOf([lines[0], '<Mara> "and?"'].join('\n'))).toBe('I (Ada) heard: and?');
  });

  it('streams, with the usage at the end where it is asked for', async () => {
    const plain = await streamed(await ask('[[slow: 5 words, 1ms]]', { stream: true }));
    expect(plain).toEqual({ text: 'word1 word2 word3 word4 word5', usage: undefined, done: true });
    const counted = await streamed(await ask('[[say: hi]]', { stream: true, stream_options: { include_usage: true } }));
    expect(counted.usage).toMatchObject({ completion_tokens: 1 });
  });

  it('makes a long text of the length asked for', async () => {
    expect(await answerOf('[[long: 70000 chars]]')).toHaveLength(70_000);
  });

  it('fails as told, once or until it is healed', async () => {
    expect((await ask('[[fail: 401]]')).status).toBe(401);
    const quota = await ask('[[fail: 429-quota]]');
    expect([quota.status, (await bodyOf(quota)).error.code]).toEqual([429, 'insufficient_quota']);
    expect((await ask('[[fail-once: a]]')).status).toBe(500);
    expect((await ask('[[fail-once: a]]')).status).toBe(200);
    expect((await ask('[[fail-until: b]]')).status).toBe(500);
    expect((await ask('[[fail-until: b]]')).status).toBe(500);
    model.heal('b');
    expect((await ask('[[fail-until: b]]')).status).toBe(200);
  });

  it('drops the connection in the middle', async () => {
    await expect((await ask('[[drop]]', { stream: true })).text()).rejects.toThrow();
  });

  it('notices that the client left a stalled answer or one without headers', async () => {
    for (const directive of ['[[stall]]', '[[hang]]']) {
      const controller = new AbortController();
      const messages = [{ role: 'user', content: `${directive} ` }];
      const call = post({ messages, stream: true }, controller.signal).then(response => response.text());
      const request = await model.waitFor(seen => seen.text === `${directive} `);
      expect(request.aborted).toBe(false);
      controller.abort();
      await expect(call).rejects.toThrow();
      await model.waitFor(seen => seen === request && seen.aborted);
    }
  });

  it('calls a tool and speaks of its result', async () => {
    const body = await bodyOf(await ask('[[tool: search {"q":"x"}]]'));
    const call = { function: { name: 'search', arguments: '{"q":"x"}' } };
    expect(body.choices[0]?.message.tool_calls).toMatchObject([call]);
    const messages = [
      { role: 'user', content: '[[tool: search {}]]' },
      { role: 'tool', content: '42' },
    ];
    expect(await contentOf(await post({ messages }))).toBe('The tool said: 42');
  });

  it('obeys a rule before the text, and takes it back', async () => {
    const undo = model.rule(request => (request.text.includes('ruled') ? say('by rule') : undefined));
    const undoNext = model.rule(request => (request.text === 'ruled and broken' ? fail('503') : undefined));
    expect(await answerOf('ruled')).toBe('by rule');
    expect((await ask('ruled and broken')).status).toBe(503);
    undo();
    undoNext();
    expect(await answerOf('ruled')).toBe('I (Ada) heard: ruled');
  });

  it('remembers what it was asked', async () => {
    await answerOf('remember me');
    const [request] = model.asked('remember me');
    expect(request).toMatchObject({ agent: 'Ada', system: 'You are Ada.', aborted: false });
    expect(request?.bytes).toBeGreaterThan(50);
  });

  it('refuses what is not JSON, and directives that it does not understand', async () => {
    const response = await fetch(`${model.url}/v1/chat/completions`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
    expect((await ask('[[fail: 418]]')).status).toBe(400);
  });
});
