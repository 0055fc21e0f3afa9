import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../src/agents');

/** What a file imports when it is loaded: neither types nor `import()`. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/^import (?!type )[^;]*?from '([^']+)';/gms)].map(match => match[1] ?? '');
}

function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const name of importsOf(file)) {
    const target = name.startsWith('.') ? resolve(dirname(file), name) : name;
    if (seen.has(target)) continue;
    seen.add(target);
    if (name.startsWith('.')) loadedWith(target, seen);
  }
  return seen;
}

test('importing the runtime loads nothing, and opening it loads no package', () => {
  expect([...loadedWith(join(root, 'runtime.ts'))]).toEqual([]);
  const opened = [...loadedWith(join(root, 'open-runtime.ts'))];
  expect(opened.filter(name => !name.startsWith('/') && !name.startsWith('node:'))).toEqual([]);
});

test('each family of models is the only file that loads its package', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  const users = files.filter(name => importsOf(join(root, name)).some(target => /^(@langchain|openai)/.test(target)));
  expect(users.toSorted()).toEqual([
    'models/anthropic.ts',
    'models/demo/demo-chat-model.ts',
    'models/google.ts',
    'models/mistral.ts',
    'models/ollama.ts',
    'models/openai-compatible.ts',
    'models/openai.ts',
  ]);
});
