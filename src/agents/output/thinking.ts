import { mayBecome, mostSpace, type Transform } from './transform.ts';

const tags = ['<think>', '<thinking>'];
const fences = ['```', '~~~'];

/**
 * Takes out what models think aloud: blocks of `<think>…</think>` that begin a line, outside of fenced code. Also takes the white space
 * in front of the answer. A block without an end goes on to the end of the stream.
 */
export function withoutThinking(): Transform {
  let state: 'head' | 'line' | 'thinking' | 'after' = 'after';
  let held = '';
  let fenced = false;

  /** The beginning of a line, as much as is needed to know what it is. Gives what can be passed on. */
  function atHead(): string {
    const word = held.trimStart();
    if (!fenced && tags.includes(word.toLowerCase())) {
      state = 'thinking';
      return take('');
    }
    if (fences.includes(word)) fenced = !fenced;
    else if (!held.endsWith('\n') && held.length - word.length <= mostSpace && isOpen(word.toLowerCase())) return '';
    state = held.endsWith('\n') ? 'head' : 'line';
    return take(held);
  }

  const isOpen = (word: string): boolean => mayBecome(word, [...(fenced ? [] : tags), ...fences]);

  function inThinking(): string {
    if (!/<\/think(ing)?>$/i.test(held)) held = held.slice(-'</thinking>'.length);
    else {
      held = '';
      state = 'after';
    }
    return '';
  }

  function take(text: string): string {
    held = '';
    return text;
  }

  function step(char: string): string {
    if (state === 'after' && /\s/.test(char)) return '';
    if (state === 'after') state = 'head';
    if (state === 'line') {
      if (char === '\n') state = 'head';
      return char;
    }
    held += char;
    return state === 'thinking' ? inThinking() : atHead();
  }

  return {
    push: piece => [...piece].map(step).join(''),
    end: () => (state === 'thinking' ? '' : take(held)),
  };
}
