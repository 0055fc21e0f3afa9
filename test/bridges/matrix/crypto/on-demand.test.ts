import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const crypto = join(import.meta.dirname, '..', '..', '..', '..', 'bridges', 'matrix', 'crypto');
const library = '@matrix-org/matrix-sdk-crypto-wasm';

/** What a file brings along when it is loaded: neither types, nor what it loads later. */
const broughtBy = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'/gm)].map(
    ([, name = '']) => name,
  );

/** All files and packages that are loaded with a file. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  known.add(file);
  for (const name of broughtBy(file)) {
    if (!name.startsWith('.')) known.add(name);
    else if (!known.has(resolve(dirname(file), name))) loadedWith(resolve(dirname(file), name), known);
  }
  return known;
}

it('the encryption library comes with the first encrypted room, and not with the bridge', () => {
  expect([...loadedWith(join(crypto, 'engine.ts'))]).toContain(library);
  expect([...loadedWith(join(crypto, '..', 'matrix-bridge.ts'))]).not.toContain(library);
});
