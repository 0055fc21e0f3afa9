import { expect, test } from 'vitest';
import { environmentKey } from '../../../src/keys/local/environment-key.ts';
import { newKey } from '../../../src/keys/local/key-set.ts';
import { masterKeyContract } from '../../contracts/master-key.ts';

masterKeyContract('A master key of the environment', () => {
  const current = newKey();
  const open = () => environmentKey({ current, former: null });
  return { key: open(), elsewhere: open, other: () => environmentKey({ current: newKey(), former: null }) };
});

test('the former key unwraps, and the current one wraps', async () => {
  const [former, current] = [newKey(), newKey()];
  const secret = new Uint8Array(32).fill(1);
  const wrapped = await environmentKey({ current: former, former: null }).wrap(secret, 'a');
  const both = environmentKey({ current, former });
  expect(Buffer.from(await both.unwrap(wrapped, 'a'))).toEqual(Buffer.from(secret));
  expect((await both.wrap(secret, 'a')).master).toBe(await environmentKey({ current, former: null }).name());
});

test('a key may be written in hexadecimal digits as well', async () => {
  const current = newKey();
  const hex = Buffer.from(current, 'base64').toString('hex');
  const names = [current, hex, hex.toUpperCase()].map(text => environmentKey({ current: text, former: null }).name());
  expect(new Set(await Promise.all(names)).size).toBe(1);
});

test.each(['', 'hunter2', 'a'.repeat(63), `${newKey()}AA`, 'ä'.repeat(43)])('%j is refused as a key', text => {
  expect(() => environmentKey({ current: text, former: null })).toThrow(/openssl rand -base64 32/);
});
