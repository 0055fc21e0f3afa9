import { mayBecome, mostSpace, type Transform } from './transform.ts';

export interface Speakers {
  readonly ownId: string;
  readonly ownName: string;
}

const envelopeStart = '{"id":';

/**
 * Takes off what a model copies from the format in which it reads a group: its own name in front (`Ada: …`, `**Ada:** …`) and the JSON
 * line around its words. Where it goes on with a line of somebody else, the answer ends: nobody speaks for others.
 */
export function inOwnWords({ ownId, ownName }: Speakers): Transform {
  const labels = [`${ownName}:`, `**${ownName}:**`, `**${ownName}**:`, `@${ownName}:`].map(label =>
    label.toLowerCase(),
  );
  let state: 'start' | 'head' | 'line' | 'envelope' | 'swallow' | 'over' = 'start';
  let held = '';

  function atHead(): string {
    const word = held.trimStart();
    if (state === 'start' && labels.includes(word.toLowerCase())) {
      state = 'swallow';
      held = '';
      return '';
    }
    const words = state === 'start' ? [...labels, envelopeStart] : [envelopeStart];
    if (word.replaceAll(' ', '') === envelopeStart) state = 'envelope';
    else if (held.endsWith('\n') || held.length - compact(word).length > mostSpace || !mayBecome(compact(word), words))
      return passOn();
    return '';
  }

  /** `{ "id": …` is spaced by some models; a label may have spaces of its own. */
  const compact = (word: string) => (word.startsWith('{') ? word.replaceAll(' ', '') : word.toLowerCase());

  function passOn(): string {
    state = held.endsWith('\n') ? 'head' : 'line';
    const text = held;
    held = '';
    return text;
  }

  function openEnvelope(): string {
    const line = readEnvelope(held);
    if (line === null) return passOn();
    const own = line.id === ownId || line.name === ownName;
    const end = held.endsWith('\n') ? '\n' : '';
    held = '';
    state = own ? 'head' : 'over';
    return own ? line.text + end : '';
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

function readEnvelope(line: string): { id: unknown; name: unknown; text: string } | null {
  try {
    const { id, name, text }: Record<string, unknown> = JSON.parse(line);
    return typeof text === 'string' ? { id, name, text } : null;
  } catch {
    return null;
  }
}
