import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import { cleanName, jsonLine } from './clean.ts';
import { isShowable, type PromptImage, toImage } from './images.ts';
import { cutMiddle, estimateTokens, imageTokens, messageTokens } from './tokens.ts';

/** One message of the conversation, ready to be put into a request. */
export interface Line {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly images: readonly PromptImage[];
  readonly key: string;
  readonly tokens: number;
}

export interface LineOptions {
  /** Whether the model takes pictures. */
  readonly images: boolean;
  /** The most tokens that one message may take. */
  readonly mostTokens: number;
}

/**
 * Messages as the model reads them. In a dialogue a person's message stands plain. In a group each message of others is one line of JSON
 * with the speaker's id: its escaping makes it impossible to fake a second speaker inside of a text or name.
 */
export function toLines(request: ReplyRequest, options: LineOptions): Line[] {
  const own = `agent:${request.agent._id}`;
  return request.conversation.map(heard => {
    const role = heard.from === own ? 'assistant' : 'user';
    const images = options.images && role === 'user' ? heard.images.filter(isShowable) : [];
    const hidden = heard.images.length - images.length;
    const said = cutMiddle(heard.text.toWellFormed(), options.mostTokens);
    const inGroup = role === 'user' && request.chat.kind === 'group';
    const text = inGroup ? spoken(heard, said, hidden) : noting(said, hidden);
    return {
      role,
      text,
      images: images.map(toImage),
      key: `${heard.from} ${heard.timestamp}`,
      tokens: estimateTokens(text) + messageTokens + images.length * imageTokens,
    };
  });
}

function spoken(heard: Heard, text: string, hidden: number): string {
  const pictures = heard.images.length === 0 ? {} : { images: hidden === 0 ? heard.images.length : hiddenNote(hidden) };
  return jsonLine({ id: cleanName(heard.from, 255), name: cleanName(heard.name), text, ...pictures });
}

function noting(text: string, hidden: number): string {
  if (hidden > 0) return `${text}\n(${hiddenNote(hidden)})`.trimStart();
  return text;
}

function hiddenNote(count: number): string {
  return count === 1 ? '1 image that you cannot see' : `${count} images that you cannot see`;
}
