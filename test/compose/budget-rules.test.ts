import { expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { modelConfigSchema } from '../../src/agents/models/model-config.ts';
import { budgetRules } from '../../src/compose/budget-rules.ts';
import { type BudgetHolder, configuredLimit, limitsAnybody } from '../../src/core/budget/limit.ts';
import { agentId, bridgeName, chatId, foreignMember } from '../../src/core/ids.ts';
import { tempFolder } from '../config/temp-folder.ts';

const matrix = bridgeName('matrix');
const person = (address: string): BudgetHolder => ({ scope: 'person', id: foreignMember(matrix, address) });

async function rulesFrom(yaml: string, models: readonly object[] = []) {
  const cwd = tempFolder({ 'parley.yaml': yaml });
  const { budgets } = await loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml' }, cwd });
  const parsed = models.map(model => modelConfigSchema.parse({ name: 'A model', ...model }));
  return budgetRules(budgets, { serverName: 'example.org', models: parsed });
}

it('nothing is limited without configuration', async () => {
  expect(limitsAnybody(await rulesFrom(''))).toBe(false);
});

it('an id goes before patterns, the pattern that says most before others, default before nothing', async () => {
  const rules = await rulesFrom(
    'budgets: {people: {default: 1, "*:{homeserver}": 2, "@m*:example.org": 3, "@mara:example.org": 4, elsewhere.org: 5}}',
  );
  const tokens = (address: string) => configuredLimit(person(address), rules).tokens;
  expect(['@mara:example.org', '@max:example.org', '@tom:example.org'].map(tokens)).toEqual([4, 3, 2]);
  expect(['@tom:elsewhere.org', '@tom:other.org', 'default'].map(tokens)).toEqual([5, 1, 1]);
});

it('limits are tokens, money, or both; money is kept in millionths', async () => {
  const rules = await rulesFrom(
    'budgets: {perDay: 100, agents: {ada: {money: 0.5}}, rooms: {"!r:example.org": {tokens: 7, money: 2}}, prices: [{model: x, input: 1, output: 1}]}',
  );
  const room: BudgetHolder = { scope: 'room', id: chatId(matrix, '!r:example.org') };
  const agent = (id: string): BudgetHolder => ({ scope: 'agent', id: agentId(id) });
  expect(configuredLimit({ scope: 'installation', id: 'all' }, rules)).toEqual({ tokens: 100, money: null });
  expect(configuredLimit(agent('ada'), rules)).toEqual({ tokens: null, money: 500_000 });
  expect(configuredLimit(agent('bruno'), rules)).toEqual({ tokens: null, money: null });
  expect(configuredLimit(room, rules)).toEqual({ tokens: 7, money: 2_000_000 });
});

it('a model is priced by its id, its name at the provider, or its name for people', async () => {
  const yaml = 'budgets: {prices: [{model: gpt-5*, input: 1, output: 10}, {model: gpt-5-mini, input: 2, output: 20}]}';
  const rules = await rulesFrom(yaml, [
    { id: 'openai', type: 'openai' },
    { id: 'big', type: 'openai', model: 'gpt-5.2' },
    { id: 'gpt-5-own', type: 'ollama' },
    { id: 'named', type: 'ollama', name: 'gpt-5 clone' },
    { id: 'demo', type: 'demo' },
  ]);
  const inputs = ['openai', 'big', 'gpt-5-own', 'named', 'demo', 'unknown'].map(id => rules.priceOf(id)?.input ?? null);
  expect(inputs).toEqual([2, 1, 1, 1, null, null]);
});

it.each([
  ['budgets: {perDay: -1}', 'expected number to be >=0'],
  ['budgets: {agents: {ada: many}}', 'a number of tokens, or such as'],
  ['budgets: {timeZone: Mars/Olympus}', 'a time zone such as Europe/Berlin'],
  ['budgets: {rooms: {default: {money: 1}}}', 'at least one price'],
])('%s is refused with what to do', async (yaml, text) => {
  await expect(rulesFrom(yaml)).rejects.toThrow(text);
});
