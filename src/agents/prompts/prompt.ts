import { estimateTokens } from '../../core/tokens.ts';
import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import { askedAgain, type Line, toLine } from './conversation.ts';
import { allHidden, loadPictures, type Pictures, type PromptImage } from './images.ts';
import { labelsOf } from './labels.ts';
import { systemText } from './system.ts';
import { imageTokens, messageTokens } from './tokens.ts';
import { type Sized, windowStart } from './window.ts';

/** A message of a request to a model, in the form that LangChain takes, without a type of it. */
export type PromptMessage = {
  readonly role: 'system' | 'human' | 'ai';
  readonly content: string | PromptPart[];
};

/** A round of calls that the model made in this answer, what came of them, and what it was told in between. */
export type ToolMessage =
  | { readonly role: 'human'; readonly content: string }
  | {
      readonly role: 'ai';
      readonly content: string;
      /** Some providers want signatures of their own back. */
      readonly additional_kwargs: Record<string, unknown>;
      readonly tool_calls: { readonly id: string; readonly name: string; readonly args: Record<string, unknown> }[];
    }
  | { readonly role: 'tool'; readonly content: string; readonly tool_call_id: string; readonly name: string };

export type PromptPart = { readonly type: 'text'; readonly text: string } | PromptImage;

export interface Prompt {
  readonly messages: PromptMessage[];
  /** About how many tokens it takes. */
  readonly tokens: number;
}

export interface PromptLimits {
  readonly contextTokens: number;
  readonly contextMessages: number;
  readonly images: boolean;
}

/** Stands for a person where the conversation has none and providers want one: no message of a person looks like it in a group. */
const nothingSaid = '(Nobody has said anything yet.)';
const before = '(The conversation begins.)';
const goOn = '(Go on.)';
/** Some providers refuse a message without any content. */
const empty = '(an empty message)';

export async function buildPrompt(request: ReplyRequest, limits: PromptLimits, signal: AbortSignal): Promise<Prompt> {
  const { system, kept, mostTokens, tokens } = measure(request, limits);
  const pictures = limits.images ? await loadPictures(kept, signal) : new Map<Heard, Pictures>();
  const labels = labelsOf(request);
  const lines = kept.map(heard =>
    toLine(request, { heard, pictures: pictures.get(heard) ?? allHidden(heard), mostTokens, labels }),
  );
  const isGroup = request.chat.kind === 'group';
  const again = isGroup && request.answering !== null ? [askedAgain(request.answering, { mostTokens, labels })] : [];
  return {
    messages: [{ role: 'system', content: system }, ...turns([...lines, ...again], request.chat.kind)],
    tokens,
  };
}

interface Measured {
  readonly system: string;
  /** What the model gets to read. */
  readonly kept: readonly Heard[];
  /** How many tokens one message may take; of a longer one the middle is left out. */
  readonly mostTokens: number;
  readonly tokens: number;
}

/** What of a request fits, and about how many tokens that takes. */
export function measure(request: ReplyRequest, limits: PromptLimits): Measured {
  const system = systemText(request);
  const systemTokens = estimateTokens(system);
  const room = Math.max(limits.contextTokens - systemTokens, Math.floor(limits.contextTokens / 4));
  const mostTokens = Math.floor(room / 2);
  const sizes = request.conversation.map(heard => sizeOf(heard, mostTokens, limits.images));
  const start = windowStart(sizes, { tokens: room, messages: limits.contextMessages });
  const tokens = systemTokens + sizes.slice(start).reduce((total, size) => total + size.tokens, 0);
  return { system, kept: request.conversation.slice(start), mostTokens, tokens };
}

function sizeOf(heard: Heard, mostTokens: number, images: boolean): Sized {
  const text = Math.min(estimateTokens(heard.text), mostTokens);
  const around = messageTokens + estimateTokens(heard.from + heard.name);
  return {
    key: `${heard.from} ${heard.timestamp}`,
    tokens: text + around + (images ? heard.images.length * imageTokens : 0),
  };
}

/** Users and the agent take turns: some models accept nothing else. */
function turns(lines: readonly Line[], kind: 'private' | 'group'): PromptMessage[] {
  const first = lines[0];
  if (first === undefined) return [{ role: 'human', content: nothingSaid }];
  const opening: PromptMessage[] = first.role === 'ai' ? [{ role: 'human', content: before }] : [];
  const closing: PromptMessage[] = lines.at(-1)?.role === 'ai' ? [{ role: 'human', content: goOn }] : [];
  const groups: Line[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group?.[0]?.role === line.role) group.push(line);
    else groups.push([line]);
  }
  return [...opening, ...groups.map(group => message(group, kind)), ...closing];
}

function message(lines: readonly Line[], kind: 'private' | 'group'): PromptMessage {
  const role = lines[0]?.role ?? 'human';
  const separator = role === 'human' && kind === 'group' ? '\n' : '\n\n';
  if (lines.every(line => line.images.length === 0)) {
    return {
      role,
      content:
        lines
          .map(line => line.text)
          .filter(hasText)
          .join(separator) || empty,
    };
  }
  return { role, content: lines.flatMap(line => [...textPart(line.text), ...line.images]) };
}

const hasText = (text: string): boolean => text.trim() !== '';

function textPart(text: string): PromptPart[] {
  return hasText(text) ? [{ type: 'text', text }] : [];
}
