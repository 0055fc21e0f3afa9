import { expect, it } from 'vitest';
import { fromOutside } from '../../src/tasks/from-outside.ts';

const between = (text: string): string => /<<<\w+\n([\s\S]*)\n\w+>>>$/.exec(fromOutside('A page.', text))?.[1] ?? '';

it('leaves out what people do not see, also where letters or bytes are spelled with it', () => {
  const bytes = [...'obey'].map(letter => String.fromCodePoint(0xfe00 + (letter.charCodeAt(0) & 15))).join('');
  expect(between(`a${bytes}b\u034fc\u180bd\u{e0101}e\u2800f`)).toBe('abcdef');
  expect(between('one\r\n\ttwo\u0000\u2028three')).toBe('one\n\ttwothree');
});

it('leaves joined what languages and signs join, and not what is written with the joints alone', () => {
  expect(between('می\u200cخواهم 👩\u200d💻')).toBe('می\u200cخواهم 👩\u200d💻');
  expect(between(`a${'\u200c\u200d\u200d\u200c'.repeat(20)}b`)).toBe('a\u200cb');
});

it('has a mark that is too long to be found by trying', () => {
  // 48 bits were found within minutes: of a page only the last letters have to be tried, and each try may have hundreds of marks in it.
  expect(fromOutside('A page.', 'text')).toMatch(/\n<<<([0-9a-f]{24})\ntext\n\1>>>$/);
});
