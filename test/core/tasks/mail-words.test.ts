import { expect, it } from 'vitest';
import { filled, isMailAddress, mayGetMail, placesIn } from '../../../src/core/tasks/mail-words.ts';

it.each(['mara@example.org', "o'neil+x@sub.example.co", 'a@b.de', 'A_B-c@example.ORG'])('%s is an address', address => {
  expect(isMailAddress(address)).toBe(true);
});

it.each([
  '',
  'mara',
  '@example.org',
  'mara@',
  'mara@localhost',
  'mara@example..org',
  '.mara@example.org',
  'mara.@example.org',
  'ma..ra@example.org',
  'mara@-example.org',
  'mara@example.org.',
  'mara@[127.0.0.1]',
  'mara@example.org,eve@evil.example',
  'mara@example.org eve@evil.example',
  'mara@example.org\n',
  'mara@example.org\r\nBcc: eve@evil.example',
  'Mara <mara@example.org>',
  '"a b"@example.org',
  'mara(x)@example.org',
  'mara%eve@evil.example@example.org',
  'mära@example.org',
  'mara@exämple.org',
  `${'a'.repeat(65)}@example.org`,
  `mara@${'a'.repeat(64)}.org`,
  `mara@${'a.'.repeat(130)}org`,
])('%j is no address', address => {
  expect(isMailAddress(address)).toBe(false);
});

it('says no at once to what is long', () => {
  const start = performance.now();
  for (const long of ['a.'.repeat(100_000), `${'a'.repeat(100_000)}@`, `a@${'a-'.repeat(100_000)}`])
    isMailAddress(long);
  expect(performance.now() - start).toBeLessThan(1_000);
});

it('only whom the operator names gets mail', () => {
  const allow = ['*@example.org', 'Tom@example.com'];
  expect(['mara@EXAMPLE.org', 'tom@example.com'].every(to => mayGetMail(allow, to))).toBe(true);
  const others = ['eve@example.com', 'eve@sub.example.org', 'eve@example.org.evil.example', 'eve@notexample.org'];
  expect(others.some(to => mayGetMail(allow, to))).toBe(false);
  expect([mayGetMail([], 'mara@example.org'), mayGetMail(['*'], 'eve@evil.example')]).toEqual([false, true]);
});

it('fills places once, and leaves what stands in values', () => {
  expect(placesIn('{{a}} {{ b }} {{a}} {{c-d}} {x}')).toEqual(['a', 'b']);
  expect(filled('{{a}} {{ b }} {{constructor}}', { a: '{{b}} $&', b: '2' })).toBe('{{b}} $& 2 ');
});
