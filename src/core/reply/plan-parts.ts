import type { OutgoingBody } from '../turn.ts';
import { below } from './fence.ts';
import { type Fits, splitUpTo } from './split-text.ts';

/** An answer that would take more messages than this is sent as a file. */
export const maxMessages = 4;
const openingLength = 600;
const inFile = '*… The whole answer is too long for the chat; it is in the file below.*';
/** Longer ones are not even tried: measuring them takes long. */
const longestInMessages = 200_000;

/** The messages that a finished answer is sent as: one, a few that are cut at paragraph ends, or its beginning and a file. */
export function planParts(text: string, fits: Fits): OutgoingBody[] {
  const split = text.length > longestInMessages ? null : splitUpTo(maxMessages, text, fits);
  if (split?.rest === '') return split.pieces.map(piece => ({ kind: 'markdown', text: piece, notice: false }));
  const opens = (piece: string): boolean => piece.length <= openingLength && fits(below(piece, inFile));
  const [opening = ''] = splitUpTo(1, text, opens).pieces;
  return [
    {
      kind: 'markdown',
      text: below(opening, inFile),
      notice: false,
    },
    { kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text },
  ];
}
