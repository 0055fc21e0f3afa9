import { describe, expect, it } from 'vitest';
import { parseDirective } from './directive.ts';

describe('a directive in a message', () => {
  it('is an echo where the text asks for nothing', () => {
    expect(parseDirective('hello [[there]]')).toEqual({ kind: 'echo', text: 'hello [[there]]' });
  });

  it('says a text, over several lines and with brackets inside', () => {
    expect(parseDirective('@Ada [[say: # Title\n\n- [a](b)\n- `x[[0]]`]]')).toEqual({
      kind: 'say',
      text: '# Title\n\n- [a](b)\n- `x[[0]]`',
    });
  });

  it('is slow by words and milliseconds', () => {
    expect(parseDirective('[[slow: 30 words, 100ms]]')).toEqual({ kind: 'slow', words: 30, delayMs: 100 });
  });

  it('counts the last one where there are two', () => {
    expect(parseDirective('[[say: one]]\n[[say: two]]')).toEqual({ kind: 'say', text: 'two' });
  });

  it('ends with its message', () => {
    expect(parseDirective('[[hang]]\n\nand now?')).toEqual({ kind: 'echo', text: 'and now?' });
    expect(parseDirective('[[say: a\n\nb]] please')).toEqual({ kind: 'say', text: 'a\n\nb' });
  });

  it('takes the words without an argument', () => {
    for (const kind of ['stall', 'hang', 'drop', 'empty'] as const)
      expect(parseDirective(`[[${kind}]]`)).toEqual({ kind });
  });

  it('names a tool and its arguments', () => {
    expect(parseDirective('[[tool: search {"q": "x"}]]')).toEqual({ kind: 'tool', name: 'search', args: '{"q": "x"}' });
  });

  it('hands over to a colleague whom the message itself does not call', () => {
    expect(parseDirective('@Ada: [[hand-over: Bruno, as far as I know]]')).toEqual({
      kind: 'hand-over',
      to: 'Bruno',
      text: 'as far as I know',
    });
  });

  it('refuses a failure that it does not know', () => {
    expect(() => parseDirective('[[fail: 418]]')).toThrow('unknown failure "418"');
    expect(parseDirective('[[fail: 429-quota]]')).toEqual({ kind: 'fail', how: '429-quota' });
  });
});
