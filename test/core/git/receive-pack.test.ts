import { array, assert, constantFrom, property, string, uint8Array } from 'fast-check';
import { expect, it } from 'vitest';
import { updatesIn } from '../../../src/core/git/receive-pack.ts';

const none = '0'.repeat(40);
const bytes = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0));
const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
const id = 'ab12'.repeat(10);

it('finds the changes that are asked for, wherever the bytes are cut', () => {
  const whole = bytes(
    `${line(`shallow ${id}`)}${line(`${none} ${id} refs/heads/a\0 report-status side-band-64k agent=git/2.39\n`)}${line(`${id} ${none} refs/tags/b`)}0000PACK`,
  );
  const end = whole.length - 'PACK'.length;
  for (let cut = 0; cut < end; cut += 1) expect(updatesIn(whole.subarray(0, cut))).toBe('more');
  expect(updatesIn(whole)).toEqual([
    { ref: 'refs/heads/a', to: id },
    { ref: 'refs/tags/b', to: none },
  ]);
  expect(updatesIn(bytes('0000'))).toEqual([]);
});

it.each([
  ['push options', line(`${none} ${id} refs/heads/a\0report-status push-options`)],
  ['a certificate', line('push-cert\0report-status')],
  ['no reference', line(`${none} ${id} HEAD`)],
  ['a short id', line(`${none} abc refs/heads/a`)],
  ['a blank in a name', line(`${none} ${id} refs/heads/a b`)],
  ['an empty line', '0004'],
  ['a delimiter', '0001'],
  ['a line that is too long', 'ffff'],
  ['no length', 'PACK'],
])('is not deceived by %s', (_, text) => expect(updatesIn(bytes(text))).toBe('wrong'));

it('gives nothing but what stands there, whatever comes', () => {
  const piece = constantFrom('0000', '0004', line(`${none} ${id} refs/heads/a`), line('shallow'), '\0', `${id} `);
  assert(
    property(array(piece), string(), string(), (pieces, text, hex) => {
      const given = `${pieces.join('')}${text}${hex}`;
      const found = updatesIn(bytes(given));
      if (typeof found !== 'string')
        for (const { ref, to } of found) expect([given.includes(ref), given.includes(to)]).toEqual([true, true]);
    }),
  );
  assert(property(uint8Array(), noise => void updatesIn(noise)));
});
