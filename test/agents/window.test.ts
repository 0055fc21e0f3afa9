import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowStart } from '../../src/agents/prompts/window.ts';

const sizes = fc
  .array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 })
  .map(tokens => tokens.map((size, index) => ({ key: `@mara ${1_700_000_000_000 + index * 977}`, tokens: size })));

test('what begins at the start fits, but for a last message that is too large by itself', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 50, max: 4000 }),
      fc.integer({ min: 1, max: 80 }),
      (messages, tokens, most) => {
        const kept = messages.slice(windowStart(messages, { tokens, messages: most }));
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThanOrEqual(most);
        if (kept.length > 1) expect(kept.reduce((sum, message) => sum + message.tokens, 0)).toBeLessThanOrEqual(tokens);
      },
    ),
  );
});

test('keeps at least half of what would fit', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 500, max: 4000 }), (messages, tokens) => {
      const all = messages.reduce((sum, message) => sum + message.tokens, 0);
      const kept = messages.slice(windowStart(messages, { tokens, messages: 1000 }));
      const total = kept.reduce((sum, message) => sum + message.tokens, 0);
      expect(total).toBeGreaterThanOrEqual(Math.min(all, (tokens - 400) / 2));
    }),
  );
});

test('never moves back while a conversation grows, wherever its loading began', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 500, max: 4000 }),
      fc.integer({ min: 0, max: 30 }),
      (messages, tokens, offset) => {
        let last = '';
        for (let length = 1; length <= messages.length; length += 1) {
          const grown = messages.slice(0, length);
          const from = grown.slice(Math.max(0, length - 80 - offset));
          const start = from[windowStart(from, { tokens, messages: 60 })]?.key ?? '';
          expect(start >= last).toBe(true);
          last = start;
        }
      },
    ),
  );
});
