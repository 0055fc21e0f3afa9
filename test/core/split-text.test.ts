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
