import { z } from 'zod';
import { ParleyError } from '../core/errors.ts';

/**
 * A backup is lines of JSON: a header, the files of the data folder, the documents, and a footer with counts and the SHA-256 of all that
 * stands before it. The lines are compressed by gzip, and encrypted as age does (https://age-encryption.org/v1) if asked.
 */
export const formatVersion = 1;
/** Of the documents. Raised with each migration; a test holds it against them. */
export const documentsVersion = 1;
/** The longest line, in bytes. */
export const longestLine = 32 * 1024 * 1024;

export const headerSchema = z.object({
  parley: z.literal('backup'),
  format: z.number().int(),
  documents: z.number().int(),
  /** Part of every id; null where it was not known. */
  serverName: z.string().nullable(),
  /** When the copy was begun. */
  at: z.string(),
});

export const fileSchema = z.object({ file: z.string(), text: z.string() });
export const documentSchema = z.object({ in: z.string(), doc: z.record(z.string(), z.unknown()) });
export const footerSchema = z.object({ counts: z.record(z.string(), z.number().int()), sha256: z.string() });

export type Header = Readonly<z.infer<typeof headerSchema>>;
export type Footer = Readonly<z.infer<typeof footerSchema>>;
export type KeptFile = Readonly<z.infer<typeof fileSchema>>;

export const broken = (why: string, cause?: unknown): ParleyError =>
  new ParleyError(
    'BACKUP_BROKEN',
    `This is no whole backup of Parley: ${why}. Nothing was written. Take the file again from where it is kept, or another backup.`,
    { cause },
  );

export const tooNew = ({ format, documents }: Header): ParleyError =>
  new ParleyError(
    'BACKUP_TOO_NEW',
    `A newer Parley made this backup (format ${format}, documents ${documents}). Restore it with that one. Nothing was written.`,
  );
