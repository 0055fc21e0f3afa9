import { describe, expect, test } from 'vitest';
import { type Configured, decide, decideAmong, discoverModels } from '../../src/agents/models/discover.ts';
import { modelConfigSchema } from '../../src/agents/models/model-config.ts';
import { chatModelsIn, findOllama } from '../../src/agents/models/ollama-tags.ts';
import { startProviderServer } from './support/provider-server.ts';
import { model } from './support/runtimes.ts';

const given = (fields: Partial<Configured> = {}): Configured => ({ models: [], defaultModels: [], env: {}, ...fields });
const nowhere = 'http://127.0.0.1:9';
const llama = model({ type: 'ollama', id: 'llama', name: 'Llama' });
const mistral = model({ type: 'mistral', id: 'tral', name: 'Mistral 7B' });

/** The default model of a decision: its type, the provider's name, and where it is. */
function chosen(configured: Configured) {
  const found = decide(configured);
  const first = found?.models.find(({ id }) => id === found.defaultModels[0]);
  return first && [first.type, first.model ?? null, first.baseUrl ?? null];
}

describe('which model answers', () => {
  test.each([
    ['the only key there is', { OPENAI_API_KEY: 'k' }, ['openai', null, null]],
    ['its model', { OPENAI_API_KEY: 'k', PARLEY_MODEL: 'gpt-9' }, ['openai', 'gpt-9', null]],
    ['a base URL', { OPENAI_BASE_URL: 'http://x/v1' }, ['openai_compatible', null, 'http://x/v1']],
    [
      'a model there',
      { OPENAI_BASE_URL: 'http://x/v1', PARLEY_MODEL: 'anthropic/claude' },
      ['openai_compatible', 'anthropic/claude', 'http://x/v1'],
    ],
    [
      'the base URL of OpenAI',
      { OPENAI_BASE_URL: 'https://api.openai.com/v1', OPENAI_API_KEY: 'k' },
      ['openai', null, null],
    ],
    ['Anthropic', { ANTHROPIC_API_KEY: 'k' }, ['anthropic', null, null]],
    ['Google', { GOOGLE_API_KEY: 'k' }, ['google', null, null]],
    ['Mistral', { MISTRAL_API_KEY: 'k' }, ['mistral', null, null]],
    [
      'a provider and its model',
      { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', PARLEY_MODEL: 'anthropic/claude-x' },
      ['anthropic', 'claude-x', null],
    ],
    ['a model of Ollama', { PARLEY_MODEL: 'ollama/llama3.2:3b' }, ['ollama', 'llama3.2:3b', null]],
    ['the demo model', { OPENAI_API_KEY: 'k', PARLEY_MODEL: 'demo' }, ['demo', null, null]],
    ['nothing', { OPENAI_API_KEY: '', PARLEY_MODEL: '' }, undefined],
  ])('%s', (_, env, expected) => {
    expect(chosen(given({ env }))).toEqual(expected);
  });

  test.each([
    ['anthropic/claude-x', true],
    ['google/gemini-x', true],
    ['ollama/llama3.2:3b', false],
  ])('%s, named by PARLEY_MODEL, can call tools like one that its key finds: %s', (PARLEY_MODEL, can) => {
    const [model] = decide(given({ env: { PARLEY_MODEL } }))?.models ?? [];
    expect(model?.capabilities.includes('tools')).toBe(can);
  });

  test('the configured ones in their order, whatever keys there are', () => {
    const found = decide(given({ models: [llama, mistral], env: { OPENAI_API_KEY: 'k' } }));
    expect(found?.defaultModels).toEqual(['llama', 'tral']);
    expect(found?.models.map(({ id }) => id)).toEqual(['llama', 'tral', 'openai', 'demo']);
  });

  test('the configured default, and before it the one that PARLEY_MODEL names', () => {
    const configured = { models: [llama, mistral], defaultModels: ['Mistral 7B'] };
    expect(decide(given(configured))?.defaultModels).toEqual(['Mistral 7B']);
    expect(decide(given({ ...configured, env: { PARLEY_MODEL: 'Llama' } }))?.defaultModels).toEqual(['llama']);
  });

  test('a key that the environment has stands in no decision', () => {
    expect(JSON.stringify(decide(given({ env: { OPENAI_API_KEY: 'very-secret' } })))).not.toContain('very-secret');
  });

  test('Ollama where nothing else is said, the demo model where it is not there', () => {
    const installed = [{ name: 'llava:7b', images: true }];
    expect(decideAmong(given(), installed, nowhere)).toMatchObject({
      defaultModels: ['ollama'],
      models: [{ model: 'llava:7b', capabilities: ['text', 'chat', 'images'] }, { id: 'demo' }],
    });
    expect(decideAmong(given(), [], nowhere)).toMatchObject({
      defaultModels: ['demo'],
      reason: expect.stringContaining('no chat model'),
    });
    expect(decideAmong(given(), null, nowhere)).toMatchObject({
      defaultModels: ['demo'],
      reason: expect.stringContaining('OPENAI_API_KEY'),
    });
  });

  test('nobody where PARLEY_MODEL names what is not there: that is told', () => {
    const env = { PARLEY_MODEL: 'gpt-9' };
    expect(() => decideAmong(given({ env }), [{ name: 'llama3.2:latest', images: false }], nowhere)).toThrow(
      /PARLEY_MODEL is "gpt-9"/,
    );
    const short = decideAmong(
      given({ env: { PARLEY_MODEL: 'llama3.2' } }),
      [{ name: 'llama3.2:latest', images: false }],
      nowhere,
    );
    expect(short.models[0]?.model).toBe('llama3.2:latest');
  });
});

describe('Ollama', () => {
  const tags = {
    models: [
      { name: 'nomic-embed-text:latest', modified_at: '2026-05-01', details: { families: ['nomic-bert'] } },
      { name: 'llama3.2:3b', modified_at: '2026-01-01', details: { families: ['llama'] } },
      { name: 'llava:7b', modified_at: '2026-03-01', details: { families: ['llama', 'clip'] } },
    ],
  };

  test('is asked what chat models it has, the last installed first', async () => {
    await using server = await startProviderServer();
    server.react({ body: JSON.stringify(tags) });
    expect(await findOllama(server.url)).toEqual([
      { name: 'llava:7b', images: true },
      { name: 'llama3.2:3b', images: false },
    ]);
    expect((await discoverModels(given(), server.url)).defaultModels).toEqual(['ollama']);
  });

  test('is not waited for where it does not answer to the end', async () => {
    await using server = await startProviderServer();
    server.react({ body: '{', ending: 'hang' });
    expect(await findOllama(server.url)).toBeNull();
    expect(await findOllama(nowhere)).toBeNull();
  });

  test.each([null, 7, {}, { models: 1 }, { models: [null, 1, { name: 2 }] }])('that answers %j has none', answer => {
    expect(chatModelsIn(answer)).toEqual([]);
  });
});

describe('the schema of a model', () => {
  test('takes what the documentation shows, with the defaults', () => {
    const shown = {
      id: 'local-mistral',
      name: 'Mistral 7B',
      type: 'lm_studio',
      baseUrl: 'http://localhost:1234',
      capabilities: ['text', 'chat'],
    };
    expect(modelConfigSchema.parse(shown)).toEqual({
      ...shown,
      firstTokenSeconds: 60,
      stallSeconds: 30,
      answerSeconds: 600,
    });
  });

  test.each([
    [{ id: 'a b', name: 'x', type: 'openai' }, 'id'],
    [{ id: 'a', name: 'x', type: 'gpt' }, 'type'],
    [{ id: 'a', name: 'x', type: 'openai_compatible' }, 'baseUrl'],
    [{ id: 'a', name: 'x', type: 'openai', baseUrl: 'file:///etc/passwd' }, 'baseUrl'],
    [{ id: 'a', name: 'x', type: 'openai', firstTokenSeconds: 1000 }, 'firstTokenSeconds'],
  ])('refuses %j at %s', (config, path) => {
    expect(modelConfigSchema.safeParse(config).error?.issues.map(issue => issue.path.join('.'))).toContain(path);
  });
});
