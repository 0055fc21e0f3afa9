/**
 * The text protocol by which a message tells the scripted model what to do: `[[slow: 30 words, 100ms]]` somewhere in the
 * last message. So one server serves tests that run side by side, and a person in a chat can play with it too.
 */
export type Directive =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'hand-over'; readonly to: string; readonly text: string }
  | { readonly kind: 'slow'; readonly words: number; readonly delayMs: number }
  | { readonly kind: 'long'; readonly chars: number }
  | { readonly kind: 'fail'; readonly how: Failure }
  | { readonly kind: 'fail-once'; readonly key: string }
  | { readonly kind: 'fail-until'; readonly key: string }
  | { readonly kind: 'stall' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'tool'; readonly name: string; readonly args: string };

export const failures = ['500', '503', '429-quota', '429-rate', '401', '400-context'] as const;
export type Failure = (typeof failures)[number];

const opening = /\[\[\s*(say|hand-over|slow|long|fail-once|fail-until|fail|stall|hang|drop|empty|tool)\b\s*:?\s*/g;

/**
 * What `text` asks for. The last directive in it counts; without one the model echoes. A blank line behind a directive ends its message:
 * what follows is another one, which came later. A malformed directive throws.
 */
export function parseDirective(text: string): Directive {
  const start = [...text.matchAll(opening)].at(-1);
  const end = text.lastIndexOf(']]');
  if (start === undefined || end < start.index) return { kind: 'echo', text };
  const later = /\n\s*\n/.test(text.slice(end)) ? text.split(/\n\s*\n/).at(-1) : undefined;
  if (later !== undefined) return { kind: 'echo', text: later };
  const argument = text.slice(start.index + start[0].length, end).trim();
  return build(start[1] ?? '', argument);
}

function build(kind: string, argument: string): Directive {
  switch (kind) {
    case 'say':
      return { kind, text: argument };
    case 'hand-over':
      return handOver(argument);
    case 'slow':
      return slow(argument);
    case 'long':
      return { kind, chars: firstNumber(argument, 70_000) };
    case 'fail':
      return { kind, how: failure(argument) };
    case 'fail-once':
    case 'fail-until':
      return { kind, key: argument };
    case 'tool':
      return tool(argument);
    case 'stall':
    case 'hang':
    case 'drop':
    case 'empty':
      return { kind };
    default:
      throw new Error(`unknown directive: ${kind}`);
  }
}

/** The colleague stands there without `@`, so that the message itself does not call them. */
function handOver(argument: string): Directive {
  const [, to = '', text = ''] = /^(\w+)\s*,\s*([\s\S]*)$/.exec(argument) ?? [];
  return { kind: 'hand-over', to, text };
}

function slow(argument: string): Directive {
  const words = /(\d+)\s*words?/.exec(argument)?.[1];
  const delay = /(\d+)\s*ms/.exec(argument)?.[1];
  return { kind: 'slow', words: Number(words ?? 30), delayMs: Number(delay ?? 100) };
}

function failure(argument: string): Failure {
  const how = failures.find(known => known === argument);
  if (how === undefined) throw new Error(`unknown failure "${argument}", known: ${failures.join(', ')}`);
  return how;
}

function tool(argument: string): Directive {
  const [, name = '', args = ''] = /^(\S+)\s*([\s\S]*)$/.exec(argument) ?? [];
  return { kind: 'tool', name, args: args === '' ? '{}' : args };
}

function firstNumber(argument: string, otherwise: number): number {
  return Number(/\d+/.exec(argument)?.[0] ?? otherwise);
}
