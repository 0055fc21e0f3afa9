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
    text: isSpoken
      ? spoken(labelOf(labels, heard.from), said, { heard, pictures })
      : noting(said, hiddenIn(heard, pictures)),
    images: pictures.shown,
  };
}

function spoken(label: string, text: string, { heard, pictures }: Pick<Shown, 'heard' | 'pictures'>): string {
  const line = `<${label}> ${jsonLine(text)}`;
  const hidden = hiddenIn(heard, pictures);
  if (hidden !== null) return `${line} (${hidden})`;
  return pictures.shown.length > 0 ? `${line} (images: ${pictures.shown.length})` : line;
}

/** Behind the quotes, where nobody's own text can stand. */
const earlier = '(an earlier message: answer this one now)';

/** The message to answer once more, behind what others have said since. */
export function askedAgain(heard: Heard, { mostTokens, labels }: Pick<Shown, 'mostTokens' | 'labels'>): Line {
  const text = cutMiddle(heard.text.toWellFormed(), mostTokens);
  return { role: 'human', text: `<${labelOf(labels, heard.from)}> ${jsonLine(text)} ${earlier}`, images: [] };
}

function noting(text: string, hidden: string | null): string {
  return hidden === null ? text : `${text}\n(${hidden})`.trimStart();
}

/** What came with a message and the model can't take; null: nothing. */
function hiddenIn({ voice }: Heard, { hidden }: Pictures): string | null {
  if (voice === undefined) return hidden === 0 ? null : hiddenNote(hidden);
  const length = voice.seconds === null ? '' : ` of ${voice.seconds} s`;
  return `a voice note${length} that you cannot hear`;
}

function hiddenNote(count: number): string {
  return count === 1 ? '1 image that you cannot see' : `${count} images that you cannot see`;
}
