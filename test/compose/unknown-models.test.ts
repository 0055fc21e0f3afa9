import { expect, test } from 'vitest';
import { unknownModels } from '../../src/compose/unknown-models.ts';
import { model } from '../agents/support/runtimes.ts';

const models = [model({ type: 'ollama', id: 'llama', name: 'Llama 3' }), model({ type: 'demo' })];
const agent = (id: string, ...names: string[]) => ({ id, role: 'agent', model: names }) as const;

test('models that are named by id or by name are there', () => {
  expect(unknownModels([agent('ada'), agent('bruno', 'llama', 'Llama 3', 'demo')], models)).toEqual([]);
});

test('a name that no model has is told once, with all agents that have it and the one that was meant', () => {
  const unknown = unknownModels([agent('ada', 'lama', 'llama'), agent('bruno', 'lama')], models);
  expect(unknown).toMatchObject([{ name: 'lama', ok: false, detail: expect.stringContaining('ada, bruno') }]);
  expect(unknown[0]?.remedy).toContain('Did you mean llama?');
});

test('where none is near, all that are there are named', () => {
  expect(unknownModels([agent('ada', 'gpt-9')], models)[0]?.remedy).toContain('There are: llama, Llama 3, demo.');
});

test('no model speaks for the orchestrator, so it may name any', () => {
  expect(unknownModels([{ id: 'parley', role: 'orchestrator', model: ['gpt-9'] }], models)).toEqual([]);
});
