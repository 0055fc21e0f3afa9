import type { Directive, Failure } from './directive.ts';
import { agentName, type ChatRequest, toolResult } from './prompt.ts';

/** What the server does with one request. */
export interface Script {
  /** Sent piece by piece, `delayMs` apart. */
  readonly pieces: readonly string[];
  readonly delayMs: number;
  /** What follows the pieces: a proper end, silence, or a closed connection. */
  readonly ending: 'end' | 'stall' | 'drop';
  /** Not even headers are sent. */
  readonly hang?: boolean;
  readonly failure?: Failure;
  /** What it calls behind the pieces; `args` need not be JSON. */
  readonly tools?: readonly CalledTool[];
}

export interface CalledTool {
  readonly name: string;
  readonly args: string;
}

/** What outlives one request: which keys still fail. */
export interface Memory {
  readonly failedOnce: Set<string>;
  readonly healed: Set<string>;
}

export function say(text: string, delayMs = 0): Script {
  return { pieces: splitWords(text), delayMs, ending: 'end' };
}

/** Calls tools, behind a text or without one. */
export function call(tools: readonly CalledTool[], text = ''): Script {
  return { ...say(text), tools };
}

export function fail(failure: Failure): Script {
  return { pieces: [], delayMs: 0, ending: 'end', failure };
}

export interface Asked {
  readonly request: ChatRequest;
  readonly text: string;
  readonly delayMs: number;
}

/** The script for a directive. Equal requests get equal answers. */
export function scriptFor(directive: Directive, asked: Asked, memory: Memory): Script {
  const result = toolResult(asked.request);
  if (result !== undefined) return say(`The tool said: ${result}`, asked.delayMs);
  switch (directive.kind) {
    case 'say':
      return say(directive.text, asked.delayMs);
    case 'hand-over':
      return say(`${directive.text}\n@${directive.to}: over to you`, asked.delayMs);
    case 'echo':
      return say(`I (${agentName(asked.request)}) heard: ${directive.text}`, asked.delayMs);
    case 'slow':
      return { pieces: numberedWords(directive.words), delayMs: directive.delayMs, ending: 'end' };
    case 'long':
      return { pieces: chunks(paragraphs(directive.chars), 400), delayMs: asked.delayMs, ending: 'end' };
    case 'tool':
      return call([directive]);
    default:
      return brokenScript(directive, asked, memory);
  }
}

type Broken = Exclude<Directive, { kind: 'say' | 'echo' | 'hand-over' | 'slow' | 'long' | 'tool' }>;

function brokenScript(directive: Broken, asked: Asked, memory: Memory): Script {
  const recovered = say(`I (${agentName(asked.request)}) am back.`, asked.delayMs);
  switch (directive.kind) {
    case 'fail':
      return fail(directive.how);
    case 'fail-once': {
      if (memory.failedOnce.has(directive.key)) return recovered;
      memory.failedOnce.add(directive.key);
      return fail('500');
    }
    case 'fail-until':
      return memory.healed.has(directive.key) ? recovered : fail('500');
    case 'stall':
      return { pieces: numberedWords(5), delayMs: 0, ending: 'stall' };
    case 'drop':
      return { pieces: numberedWords(5), delayMs: 0, ending: 'drop' };
    case 'hang':
      return { pieces: [], delayMs: 0, ending: 'stall', hang: true };
    case 'empty':
      return { pieces: [], delayMs: 0, ending: 'end' };
  }
}

/** `word1 word2 …`: so that a test sees what is missing or twice. */
export function numberedWords(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index === 0 ? '' : ' '}word${index + 1}`);
}

/** Numbered paragraphs of about 500 characters, `chars` in all. */
export function paragraphs(chars: number): string {
  const sentence = 'This sentence is here to fill the paragraph. ';
  let text = '';
  for (let number = 1; text.length < chars; number += 1) {
    text += `${text === '' ? '' : '\n\n'}Paragraph ${number}. ${sentence.repeat(11).trim()}`;
  }
  return text.slice(0, chars).trimEnd();
}

function splitWords(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function chunks(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}
