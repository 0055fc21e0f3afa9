import { createHash } from 'node:crypto';
import type { Stored } from '../ports/store.ts';
import type { Header, KeptFile } from './format.ts';

export interface Content {
  readonly header: Header;
  readonly files: readonly KeptFile[];
  readonly documents: AsyncIterable<Stored>;
}

/** What a backup holds, as text in pieces of many lines. `onProgress` hears how many documents there are so far. */
export async function* writeLines(
  { header, files, documents }: Content,
  onProgress: (counts: Readonly<Record<string, number>>) => void = () => undefined,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  yield hashed([header, ...files].map(toLine).join(''));
  for await (const lines of gathered(documents, counts)) {
    yield hashed(lines);
    onProgress(counts);
  }
  yield toLine({ counts, sha256: hash.digest('hex') });
}

const toLine = (value: object): string => `${JSON.stringify(value)}\n`;

const pieceLength = 64 * 1024;

async function* gathered(documents: AsyncIterable<Stored>, counts: Record<string, number>): AsyncGenerator<string> {
  let piece = '';
  for await (const { collection, document } of documents) {
    counts[collection] = (counts[collection] ?? 0) + 1;
    piece += toLine({ in: collection, doc: document });
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
