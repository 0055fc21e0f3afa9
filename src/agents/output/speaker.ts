import { mayBecome, mostSpace, type Transform } from './transform.ts';

export interface Speakers {
  /** What the agent's own lines would be called. */
  readonly own: string;
  /** What stands in front of the lines of others. */
  readonly others: readonly string[];
}

/**
 * Takes off what a model copies from the format in which it reads a group: its own name in front (`Ada: …`, `**Ada:** …`) and the form of a
 * line around its words (`<Ada> "…"`). Where it goes on with a line of somebody else, the answer ends: nobody speaks for others.
 */
export function inOwnWords({ own, others }: Speakers): Transform {
  const labels = [`${own}:`, `**${own}:**`, `**${own}**:`, `@${own}:`].map(label => label.toLowerCase());
  const envelopes = [own, ...others].map(label => `<${label}>`.toLowerCase());
  let state: 'start' | 'head' | 'line' | 'envelope' | 'swallow' | 'over' = 'start';
  let held = '';

  function atHead(): string {
    const word = held.trimStart().toLowerCase();
    if (state === 'start' && labels.includes(word)) {
      state = 'swallow';
      held = '';
      return '';
    }
    const words = state === 'start' ? [...labels, ...envelopes] : envelopes;
    if (envelopes.includes(word)) state = 'envelope';
    else if (held.endsWith('\n') || held.length - word.length > mostSpace || !mayBecome(word, words)) return passOn();
    return '';
  }

  function passOn(): string {
    state = held.endsWith('\n') ? 'head' : 'line';
    const text = held;
    held = '';
    return text;
  }

  function openEnvelope(): string {
    const line = readEnvelope(held);
    if (line === null) return passOn();
    const isOwn = line.label.toLowerCase() === own.toLowerCase();
    const end = held.endsWith('\n') ? '\n' : '';
    held = '';
    state = isOwn ? 'head' : 'over';
    return isOwn ? line.text + end : '';
  }

  function step(char: string): string {
    if (state === 'over' || (state === 'swallow' && char === ' ')) return '';
    if (state === 'swallow') state = 'head';
    if (state === 'line') {
      if (char === '\n') state = 'head';
      return char;
    }
    held += char;
    if (state === 'envelope') return char === '\n' ? openEnvelope() : '';
    return atHead();
  }

  return {
    push: piece => [...piece].map(step).join(''),
    end: () => (state === 'envelope' ? openEnvelope() : passOn()),
  };
}

/** Null where the line is no more than text that begins alike. */
function readEnvelope(line: string): { readonly label: string; readonly text: string } | null {
  const [, label, said] = /^\s*<([^<>]+)>\s*("(?:[^"\\]|\\.)*")\s*$/.exec(line) ?? [];
  if (label === undefined || said === undefined) return null;
  try {
    return { label, text: JSON.parse(said) };
  } catch {
    return null;
  }
}
