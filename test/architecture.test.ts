import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModules } from './architecture/modules.ts';
import {
  contracts,
  directions,
  exits,
  lightSchemas,
  noCycles,
  resolvable,
  sdkHomes,
  sizes,
} from './architecture/rules.ts';

const root = join(import.meta.dirname, '..');
const folders = ['src', 'bridges', 'sandboxes', 'config'].filter(folder => existsSync(join(root, folder)));
const modules = readModules(root, folders);

describe('the source', () => {
  test('is found', () => expect(modules.length).toBeGreaterThan(50));
  test('imports in the direction of the layers', () => expect(directions(modules)).toEqual([]));
  test('keeps each SDK in one place', () => expect(sdkHomes(modules)).toEqual([]));
  test('keeps the schemas of adapters free of the adapters', () => expect(lightSchemas(modules)).toEqual([]));
  test('has no cycles', () => expect(noCycles(modules)).toEqual([]));
  test('imports what is there, by its full name', () => expect(resolvable(modules)).toEqual([]));
  test('ends the process in one place', () => expect(exits(modules)).toEqual([]));
  test('has no long files', () => expect(sizes(modules)).toEqual([]));
  test('has a contract test for every adapter', () => {
    expect(contracts(modules, readModules(root, ['test']))).toEqual([]);
  });
});
