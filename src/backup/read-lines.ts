import { createHash, type Hash } from 'node:crypto';
import type { z } from 'zod';
import { type CollectionName, indexes, type Stored } from '../ports/store.ts';
import { prepareAsIs } from '../ports/store-document.ts';
import {
  broken,
  documentSchema,
  documentsVersion,
  type Footer,
  fileSchema,
  footerSchema,
  formatVersion,
  type Header,
  headerSchema,
  type KeptFile,
  longestLine,
  tooNew,
} from './format.ts';

export type Entry =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'file'; readonly file: KeptFile }
  | { readonly kind: 'document'; readonly stored: Stored }
  | { readonly kind: 'footer'; readonly footer: Footer };

/**
 * Reads what a backup holds and checks all of it, line by line; the footer comes last, and only where everything before it is whole.
 * Rejects with `BACKUP_BROKEN` or `BACKUP_TOO_NEW`.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let last: Entry['kind'] | null = null;
  for await (const line of linesOf(bytes)) {
    if (last === 'footer') throw broken('something stands behind its end');
    const entry: Entry = last === null ? headerIn(line) : entryIn(line);
    if (entry.kind === 'footer') checkFooter(entry.footer, counts, hash);
    if (entry.kind === 'document') counts[entry.stored.collection] = (counts[entry.stored.collection] ?? 0) + 1;
    hash.update(line).update('\n');
    last = entry.kind;
    yield entry;
  }
  if (last !== 'footer') throw broken('its end is missing');
}

function headerIn(line: Buffer): Entry {
  const header = headerSchema.safeParse(parse(line));
  if (!header.success) throw broken('it does not begin as one');
  const { format, documents } = header.data;
  if (format > formatVersion || documents > documentsVersion) throw tooNew(header.data);
  return { kind: 'header', header: header.data };
}

function entryIn(line: Buffer): Entry {
  const value = parse(line);
  const has = (field: string): boolean => typeof value === 'object' && value !== null && Object.hasOwn(value, field);
  if (has('doc')) return { kind: 'document', stored: storedIn(valid(documentSchema, value)) };
  if (has('file')) return { kind: 'file', file: valid(fileSchema, value) };
  return { kind: 'footer', footer: valid(footerSchema, value) };
}

function storedIn({ in: name, doc }: z.infer<typeof documentSchema>): Stored {
  if (!Object.hasOwn(indexes, name)) throw broken(`there is no collection ${JSON.stringify(name.slice(0, 100))}`);
  try {
    prepareAsIs(name as CollectionName, doc);
  } catch (error) {
    throw broken(error instanceof Error ? error.message : 'a document can’t be stored', error);
  }
  return { collection: name, document: doc } as unknown as Stored;
}

function valid<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const read = schema.safeParse(value);
  if (!read.success) throw broken('a line in it says nothing that Parley knows', read.error);
  return read.data;
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw broken('a line in it is no JSON', error);
  }
}

function checkFooter({ counts, sha256 }: Footer, found: Readonly<Record<string, number>>, hash: Hash): void {
  if (hash.copy().digest('hex') !== sha256) throw broken('its content was changed (SHA-256)');
  const names = new Set([...Object.keys(counts), ...Object.keys(found)]);
  for (const name of names) if (counts[name] !== found[name]) throw broken(`documents of ${name} are missing`);
}

/** Lines without their ends. What follows the last end of a line was cut off. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...begun, rest.subarray(0, end)]);
      begun = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    length += rest.length;
    if (length > longestLine) throw broken('a line in it has no end');
    if (rest.length > 0) begun.push(rest);
  }
  if (length > 0) throw broken('it ends in the middle of a line');
}
