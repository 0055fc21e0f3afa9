import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { printSample } from '../../config/print-sample.ts';
import { tempFolder } from './temp-folder.ts';

const sample = join(import.meta.dirname, '..', '..', 'config', 'parley.yaml');

test('config/parley.yaml is what the schema prints (npx parley config sample > config/parley.yaml)', () => {
  expect(readFileSync(sample, 'utf8')).toBe(printSample());
});

test('the sample says nothing else than the defaults', async () => {
  const cwd = tempFolder({ 'empty.yaml': '' });
  const defaults = await loadConfig({ env: { PARLEY_CONFIG: 'empty.yaml' }, cwd });
  expect(await loadConfig({ env: { PARLEY_CONFIG: sample }, cwd })).toEqual(defaults);
});

test('every option has a description, and what is commented out fits the schema', async () => {
  expect(printSample()).not.toMatch(/# *\n/);
  const uncommented = printSample()
    .replace(/^(\s*)# (homeserverUrl|serverName|owner|asToken|hsToken|url|models|mcp)/gm, '$1$2')
    .replace(/^# ( {2}-)/gm, '$1')
    .replace(/^(?:models|mcp): \[\]$/gm, '');
  const cwd = tempFolder({ 'all.yaml': uncommented });
  const tokens = { MATRIX_AS_TOKEN: 'a'.repeat(32), MATRIX_HS_TOKEN: 'b'.repeat(32) };
  const env = { PARLEY_CONFIG: 'all.yaml', MONGODB_URL: 'mongodb://localhost', WEATHER_TOKEN: 'w', ...tokens };
  const config = await loadConfig({ env, cwd });
  expect(config.matrix.homeserverUrl).toBe('https://matrix.example.org');
  expect([config.models.length, config.mcp.length]).toEqual([2, 2]);
});

test('the examples of budgets fit the schema', async () => {
  const section = /^budgets:\n(?: .*\n)+/m.exec(printSample())?.[0] ?? '';
  const uncommented = section
    .replace(/^ *(agents|rooms|people|prices): (\[\]|\{\})$/gm, '')
    .replace(/^( *)# (\w+:$| {2})/gm, '$1$2');
  const cwd = tempFolder({ 'budgets.yaml': uncommented });
  const { budgets } = await loadConfig({ env: { PARLEY_CONFIG: 'budgets.yaml' }, cwd });
  expect(budgets.perDay).toEqual({ tokens: 5_000_000, money: 20 });
  expect(Object.keys({ ...budgets.agents, ...budgets.rooms, ...budgets.people })).toHaveLength(4);
  expect(budgets.prices).toHaveLength(1);
});
