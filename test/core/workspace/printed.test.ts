import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collected } from '../../../src/core/workspace/printed.ts';

const encoder = new TextEncoder();

/** Fed in pieces of these sizes, again and again. */
function fed(text: string, most: number, sizes: readonly number[]) {
  const all = collected(most);
  const bytes = encoder.encode(text);
  const shown: Uint8Array[] = [];
  for (let at = 0, nth = 0; at < bytes.length; nth++) {
    const size = sizes[nth % sizes.length] ?? 1;
    shown.push(all.add(bytes.slice(at, at + size)));
    at += size;
  }
  return { all, bytes, shown: Buffer.concat(shown) };
}

const texts = fc.string({ unit: 'grapheme', maxLength: 400 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

test('what fits is kept whole, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(texts, sizes, (text, pieces) => {
      const { all, bytes } = fed(text, 2 * encoder.encode(text).length, pieces);
      expect(all.text()).toBe(text);
      expect(all.bytes()).toBe(bytes.length);
    }),
  );
});

test('of what does not fit, the first half is shown and the last half kept, and no character is broken', () => {
  fc.assert(
    fc.property(texts, sizes, fc.integer({ min: 2, max: 100 }), (text, pieces, most) => {
      const { all, bytes, shown } = fed(text, most, pieces);
      const half = Math.floor(most / 2);
      expect(shown).toEqual(Buffer.from(bytes.slice(0, half)));
      fc.pre(bytes.length > 2 * half);
      const [head = '', tail = ''] = all.text().split(/\n… \d+ bytes are left out here …\n/);
      expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      expect(encoder.encode(head).length).toBeGreaterThan(half - 4);
      expect(encoder.encode(tail).length).toBeGreaterThan(half - 4);
      expect(encoder.encode(head + tail).length).toBeLessThanOrEqual(2 * half);
    }),
  );
});

test('a flood is kept in bounded memory', () => {
  const all = collected(1000);
  const piece = new Uint8Array(64 * 1024).fill(120);
  for (let nth = 0; nth < 2000; nth++) all.add(piece);
  expect(all.bytes()).toBe(2000 * piece.length);
  expect(all.text().length).toBeLessThan(1100);
});
