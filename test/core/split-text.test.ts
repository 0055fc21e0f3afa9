import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMessages, planParts } from '../../src/core/reply/plan-parts.ts';
import { splitText } from '../../src/core/reply/split-text.ts';

const upTo = (limit: number) => (text: string) => text.length <= limit;
const bare = (text: string): string => text.replace(/\s+/g, '');

describe('splitting a text', () => {
  it('leaves alone what fits', () => {
    expect(splitText('short', upTo(100))).toEqual(['short']);
    expect(splitText('   ', upTo(100))).toEqual([]);
  });

  it('cuts at paragraph ends', () => {
    const paragraph = 'word '.repeat(10).trim();
    expect(splitText([paragraph, paragraph, paragraph].join('\n\n'), upTo(120))).toEqual([
      `${paragraph}\n\n${paragraph}`,
      paragraph,
    ]);
  });

  it('closes a code block at a cut, and opens it again in its language', () => {
    const code = `\`\`\`ts\n${'const a = 1;\n'.repeat(30)}\`\`\``;
    const pieces = splitText(`Look:\n\n${code}`, upTo(200));
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces.slice(1)) expect(piece.startsWith('```ts\n')).toBe(true);
    for (const piece of pieces) expect(piece.match(/```/g)?.length ?? 0).toBe(2);
  });

  it('loses no character of any text, and every piece fits', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ä', ' ', '\n', '\n\n', '😀', '.', '- '), maxLength: 400 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 60 }), (given, limit) => {
        const pieces = splitText(given, upTo(limit));
        expect(bare(pieces.join(''))).toBe(bare(given));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit);
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('comes to an end for any text with fences and any limit', () => {
    const text = fc.string({ unit: fc.constantFrom('```', '~~~~', '\n', 'a', ' ', '```ts\n'), maxLength: 200 });
    fc.assert(
      fc.property(text, fc.integer({ min: 6, max: 50 }), (given, limit) => {
        for (const piece of splitText(given, upTo(limit))) expect(piece.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('planning the messages of an answer', () => {
  it('measures few and short texts, whatever the answer and whatever each of its letters takes', () => {
    const unit = fc.constantFrom('word ', 'x', '\n\n', '|a|b|\n', '> > a\n', '```\n', '~~~~\n', ' ');
    const stretch = fc.record({
      unit,
      length: fc.integer({ min: 1, max: 60_000 }),
      weight: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 6 }), stretches => {
        const text = stretches.map(({ unit: word, length }) => word.repeat(Math.ceil(length / word.length))).join('');
        const weight = new Map(stretches.map(one => [one.unit[0], one.weight]));
        let calls = 0;
        planParts(text, piece => {
          calls += 1;
          let size = 0;
          for (const char of piece) size += weight.get(char) ?? 1;
          return size <= 59_000;
        });
        expect(calls).toBeLessThanOrEqual(40);
      }),
      { numRuns: 60 },
    );
  });

  it('does not measure what is far too long', () => {
    const measured: string[] = [];
    const parts = planParts('A paragraph.\n\n'.repeat(20_000), piece => measured.push(piece) > 0);
    expect(measured.length).toBeLessThan(10);
    for (const piece of measured) expect(piece.length).toBeLessThan(1_000);
    expect(parts.map(part => part.kind)).toEqual(['markdown', 'file']);
  });

  it('sends a very long answer as a file, behind its beginning', () => {
    const text = 'A paragraph of an answer.\n\n'.repeat(1000);
    const parts = planParts(text, upTo(1000));
    expect(parts.map(part => part.kind)).toEqual(['markdown', 'file']);
    expect(parts[1]?.text).toBe(text);
  });

  it('sends a long one as a few messages', () => {
    const parts = planParts('A paragraph.\n\n'.repeat(100), upTo(500));
    expect(parts.every(part => part.kind === 'markdown')).toBe(true);
    expect(parts.length).toBeLessThanOrEqual(maxMessages);
  });
});
