import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { expect, it } from 'vitest';
import { below, openFence, saidOf, unfinished } from '../../src/core/reply/fence.ts';

const markdown = new MarkdownIt('commonmark', { html: false });
const line = fc.constantFrom(
  '```',
  '```ts',
  '````',
  '~~~',
  '~~~~',
  '  ```',
  '``` x',
  '``',
  'const a = 1;',
  'Words.',
  '',
  '# A',
);
const texts = fc.array(line, { maxLength: 12 }).map(lines => lines.join('\n'));

it('a note below stands outside of every code block, wherever the text was cut', () => {
  fc.assert(
    fc.property(texts, text => {
      expect(markdown.render(below(text, '*Stopped.*'))).toMatch(/<p><em>Stopped\.<\/em><\/p>\n$/);
      expect(openFence(below(text, 'x'))).toBeNull();
    }),
  );
});

it('the dots of an unfinished text stand outside, too, and can be taken off', () => {
  fc.assert(
    fc.property(texts, text => {
      const html = markdown.render(unfinished(text));
      const dots = html.lastIndexOf('…');
      expect(html.lastIndexOf('<code', dots)).toBeLessThanOrEqual(html.lastIndexOf('</code>', dots));
      expect(text.trimEnd().startsWith(saidOf(unfinished(text)))).toBe(true);
    }),
  );
});

it('a block in a list is closed in the list', () => {
  expect(below('- see\n  ```ts\n  const a', '*Stopped.*')).toBe('- see\n  ```ts\n  const a\n  ```\n\n*Stopped.*');
});

it('what is no code stays as it is', () => {
  expect(below('One.\n', '*Stopped.*')).toBe('One.\n\n*Stopped.*');
  expect(unfinished('One')).toBe('One …');
});
