import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLimit } from '../../src/agents/output/limit.ts';
import { inOwnWords } from '../../src/agents/output/speaker.ts';
import { withoutThinking } from '../../src/agents/output/thinking.ts';
import type { Transform } from '../../src/agents/output/transform.ts';

const run = (transform: Transform, pieces: readonly string[]): string =>
  pieces.map(piece => transform.push(piece)).join('') + transform.end();

/** All ways to cut `text` in three. */
function cuts(text: string): string[][] {
  const places = Array.from({ length: text.length + 1 }, (_, place) => place);
  return places.flatMap(a => places.filter(b => b >= a).map(b => [text.slice(0, a), text.slice(a, b), text.slice(b)]));
}

describe('what a model thinks aloud', () => {
  test.each([
    ['<think>Hm.</think>Yes', 'Yes'],
    ['\n<think>\nHm\n</think>\n\nYes\n', 'Yes\n'],
    ['<thinking>a</thinking> <think>b</think>Yes', 'Yes'],
    ['One\n<think>hm</think>\nTwo', 'One\nTwo'],
    ['<THINK>x</Think>Yes', 'Yes'],
    ['<think>never ends', ''],
    ['A <think> in a line stays', 'A <think> in a line stays'],
    ['```\n<think>\n```\n<think>x</think>Yes', '```\n<think>\n```\nYes'],
    ['<thin ice>', '<thin ice>'],
    ['2 < 3\n  indented\n\n``x``', '2 < 3\n  indented\n\n``x``'],
  ])('%j becomes %j wherever it is cut', (given, expected) => {
    for (const pieces of cuts(given)) expect(run(withoutThinking(), pieces)).toBe(expected);
  });

  test('is all that is taken away', () => {
    const words = fc.array(fc.constantFrom('a', ' ', '\n', '<', '</think>', '`', '```', '<b>', 'think', '>'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, parts => {
        fc.pre(!parts.join('').includes('<think>'));
        expect(run(withoutThinking(), parts)).toBe(parts.join('').trimStart());
      }),
    );
  });
});

describe('what a model copies from the format of a group', () => {
  const speaker = () => inOwnWords({ own: 'Ada', others: ['Mara', 'Bruno'] });

  test.each([
    ['Ada: Yes', 'Yes'],
    ['**Ada:** Yes', 'Yes'],
    ['**Ada**: Yes', 'Yes'],
    ['Adam: is a name', 'Adam: is a name'],
    ['Yes. Ada: no', 'Yes. Ada: no'],
    ['Yes\nAda: no', 'Yes\nAda: no'],
    ['<Ada> "Yes\\nindeed"', 'Yes\nindeed'],
    ['<ada>  "Yes"\n', 'Yes\n'],
    ['Yes\n<Mara> "Thanks"\nMore', 'Yes\n'],
    ['<Mara> is how her lines begin', '<Mara> is how her lines begin'],
    ['<b> "bold"', '<b> "bold"'],
    ['<Ada> "Yes', '<Ada> "Yes'],
    ['<Adam> "Eve"\n< >', '<Adam> "Eve"\n< >'],
  ])('%j becomes %j wherever it is cut', (given, expected) => {
    for (const pieces of cuts(given)) expect(run(speaker(), pieces)).toBe(expected);
  });

  test('is all that is taken away', () => {
    const words = fc.array(fc.constantFrom('a', ' ', '\n', '<', '"', '>', 'Ada', '<Ada> ', 'Bruno:', '**'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(words, parts => {
        const text = `x${parts.join('')}`;
        expect(run(speaker(), [text])).toBe(text);
      }),
    );
  });
});

test.each(['', '<'])(
  'a line of white space behind %j is not held back, and takes no time',
  { timeout: 1_000 },
  start => {
    const spaces = `x\n${start}${' '.repeat(100_000)}`;
    for (const transform of [withoutThinking(), inOwnWords({ own: 'Ada', others: ['Mara', 'Bruno'] })]) {
      expect(transform.push(spaces)).toBe(spaces);
      expect(transform.push('<b>') + transform.end()).toBe('<b>');
    }
  },
);

test('the limit is kept in bytes and cuts no character', () => {
  const limit = byteLimit(10);
  expect(limit.take('1234567')).toBe('1234567');
  expect(limit.reached).toBe(false);
  expect(limit.take('ää')).toBe('ä');
  expect(limit.reached).toBe(true);
  expect(limit.take('x')).toBe('');
});
