import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import { jsonLine } from './clean.ts';
import type { Pictures, PromptImage } from './images.ts';
import { type Labels, labelOf } from './labels.ts';
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
  readonly labels: Labels;
}

/**
 * A message as the model reads it. In a dialogue a person's message stands plain. In a group each message of others is one line,
 * `<speaker> "text"`, with the text as a JSON string: its escaping makes it impossible to fake a second speaker inside of a text.
 */
export function toLine({ agent, chat }: ReplyRequest, { heard, pictures, mostTokens, labels }: Shown): Line {
  const role = heard.from === `agent:${agent._id}` ? 'ai' : 'human';
  const said = cutMiddle(heard.text.toWellFormed(), mostTokens);
  const isSpoken = role === 'human' && chat.kind === 'group';
  return {
    role,
    text: isSpoken ? spoken(labelOf(labels, heard.from), said, pictures) : noting(said, pictures),
    images: pictures.shown,
  };
}

function spoken(label: string, text: string, { shown, hidden }: Pictures): string {
  const line = `<${label}> ${jsonLine(text)}`;
  if (hidden > 0) return `${line} (${hiddenNote(hidden)})`;
  return shown.length > 0 ? `${line} (images: ${shown.length})` : line;
}

/** Behind the quotes, where nobody's own text can stand. */
const earlier = '(an earlier message: answer this one now)';

/** The message to answer once more, behind what others have said since. */
export function askedAgain(heard: Heard, { mostTokens, labels }: Pick<Shown, 'mostTokens' | 'labels'>): Line {
  const text = cutMiddle(heard.text.toWellFormed(), mostTokens);
  return { role: 'human', text: `<${labelOf(labels, heard.from)}> ${jsonLine(text)} ${earlier}`, images: [] };
}

function noting(text: string, { hidden }: Pictures): string {
  return hidden === 0 ? text : `${text}\n(${hiddenNote(hidden)})`.trimStart();
}

function hiddenNote(count: number): string {
  return count === 1 ? '1 image that you cannot see' : `${count} images that you cannot see`;
}
