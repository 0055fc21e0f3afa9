import type { OutgoingBody } from '../turn.ts';
import { type Fits, splitText } from './split-text.ts';

/** An answer that would take more messages than this is sent as a file. */
export const maxMessages = 4;
const openingLength = 600;

/** The messages that a finished answer is sent as: one, a few that are cut at paragraph ends, or its beginning and a file. */
export function planParts(text: string, fits: Fits): OutgoingBody[] {
  const pieces = splitText(text, fits);
  if (pieces.length <= maxMessages) return pieces.map(piece => ({ kind: 'markdown', text: piece, notice: false }));
  const opening = splitText(text, piece => piece.length <= openingLength)[0] ?? '';
  return [
    {
      kind: 'markdown',
      text: `${opening}\n\n*… The whole answer is too long for the chat; it is in the file below.*`,
      notice: false,
    },
    { kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text },
  ];
}
