import { blocksOf } from './markdown.ts';

/**
 * The text for clients that show no HTML, and for notifications: the Markdown, without the backslashes before signs that would else be mark-up. Code is as it
 * is. Pure.
 */
export function plainBody(text: string): string {
  if (!text.includes('\\')) return text;
  const lines = text.split('\n');
  for (const [from, to] of blocksOf(text)) {
    const block = unescaped(lines.slice(from, to).join('\n')).split('\n');
    lines.splice(from, to - from, ...block);
  }
  return lines.join('\n');
}

/** A span of code, or an escaped sign; a run of backticks that opens no code stands for itself. https://spec.commonmark.org/0.31.2/#code-spans */
const spans = /(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|`+|\\([!-/:-@[-`{-~])/g;

const unescaped = (block: string): string => block.replace(spans, (all, _ticks, sign?: string) => sign ?? all);
