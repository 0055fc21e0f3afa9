import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import { cleanName, jsonLine } from './clean.ts';
import type { Pictures, PromptImage } from './images.ts';
import { cutMiddle } from './tokens.ts';

/** One message of the conversation, ready to be put into a request. */
export interface Line {
  readonly role: 'human' | 'ai';
  readonly text: string;
  readonly images: readonly PromptImage[];
}

/** A message and what of it the model gets. */
export interface Shown {
  readonly heard: Heard;
  readonly pictures: Pictures;
  /** The most tokens that its text may take. */
  readonly mostTokens: number;
}

/**
 * A message as the model reads it. In a dialogue a person's message stands plain. In a group each message of others is one line of JSON with
 * the speaker's id: its escaping makes it impossible to fake a second speaker inside of a text or name.
 */
export function toLine({ agent, chat }: ReplyRequest, { heard, pictures, mostTokens }: Shown): Line {
  const role = heard.from === `agent:${agent._id}` ? 'ai' : 'human';
  const said = cutMiddle(heard.text.toWellFormed(), mostTokens);
  const isSpoken = role === 'human' && chat.kind === 'group';
  return { role, text: isSpoken ? spoken(heard, said, pictures) : noting(said, pictures), images: pictures.shown };
}

function spoken(heard: Heard, text: string, { shown, hidden }: Pictures): string {
  const images = hidden > 0 ? { images: hiddenNote(hidden) } : shown.length > 0 ? { images: shown.length } : {};
  return jsonLine({ ...identified(heard), text, ...images });
}

const identified = (heard: Heard) => ({ id: cleanName(heard.from, 255), name: cleanName(heard.name) });

/** The message to answer once more, behind what others have said since. Nobody's own text can bring about the mark `again`. */
export function askedAgain(heard: Heard, mostTokens: number): Line {
  const text = cutMiddle(heard.text.toWellFormed(), mostTokens);
  return { role: 'human', text: jsonLine({ ...identified(heard), text, again: true }), images: [] };
}

function noting(text: string, { hidden }: Pictures): string {
  return hidden === 0 ? text : `${text}\n(${hiddenNote(hidden)})`.trimStart();
}

function hiddenNote(count: number): string {
  return count === 1 ? '1 image that you cannot see' : `${count} images that you cannot see`;
}
