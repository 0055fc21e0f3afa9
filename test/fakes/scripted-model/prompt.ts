/** Reads a chat-completion request the way the scripted model needs it: who is it, and what was said to it last? */
export interface ChatMessage {
  readonly role: string;
  readonly name?: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

export interface ChatRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: unknown } }[];
}

/** The text of a message, whether it stands plain or in parts (text beside images). */
function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map(partText).join('');
}

/** Everything that the model was told before the conversation. */
export function systemText(request: ChatRequest): string {
  return (request.messages ?? [])
    .filter(message => message.role === 'system' || message.role === 'developer')
    .map(textOf)
    .join('\n');
}

/** The name in "You are Ada …", or `agent`. */
export function agentName(request: ChatRequest): string {
  return (
    /\b(?:[Yy]ou are|[Yy]our name is)\s+(?:called\s+)?@?(\p{Lu}[\p{L}\p{N}]*)/u.exec(systemText(request))?.[1] ??
    'agent'
  );
}

/**
 * What was said last. In a room of several each message of others is one line `<speaker> "text"`; in a dialogue the
 * text stands plain.
 */
export function lastText(request: ChatRequest): string {
  const user = (request.messages ?? []).filter(message => message.role === 'user').at(-1);
  const text = textOf(user);
  return textOfLine(text.trimEnd().split('\n').at(-1) ?? '') ?? text;
}

/** The result of a tool, where that is what came last. */
export function toolResult(request: ChatRequest): string | undefined {
  const last = request.messages?.at(-1);
  return last?.role === 'tool' ? textOf(last) : undefined;
}

function textOfLine(line: string): string | undefined {
  const said = /^<[^<>]+> ("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  return said === undefined ? undefined : JSON.parse(said);
}

function partText(part: unknown): string {
  if (typeof part !== 'object' || part === null || !('text' in part)) return '';
  return typeof part.text === 'string' ? part.text : '';
}
