import { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';
import { lost } from './channel.ts';

/** What a container may answer. It comes from inside, so all of it is bounded, and what does not fit counts as a broken container. */
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const stream = z.object({ bytes: count, file: z.string().max(100).nullable() });

export const runAnswer = z.object({
  exitCode: z.int().min(0).max(255).nullable(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]{1,12}$/)
    .nullable(),
  killed: z.enum(['time', 'memory']).nullable(),
  stdout: stream,
  stderr: stream,
});

const entry = z.object({
  path: z.string().min(1).max(4096),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size: count,
  modified: z.int(),
});

export const listAnswer = z.object({ entries: z.array(entry).max(1000), more: z.boolean() });
export const readAnswer = z.object({ size: count });
export const removeAnswer = z.object({ removed: z.boolean() });
export const heldAnswer = z.object({ bytes: count });
export const anyAnswer = z.object({});

const refusedAnswer = z.object({
  refused: z.enum(['outside', 'no-file', 'full', 'failed']),
  why: z.string().max(300),
});

const codes = {
  outside: 'WORKSPACE_OUTSIDE',
  'no-file': 'WORKSPACE_NO_FILE',
  full: 'WORKSPACE_FULL',
  failed: 'WORKSPACE_LOST',
} as const;

/** An answer as its schema has it. What was refused is thrown, about the path that was asked for. */
export function understood<Schema extends z.ZodType>(schema: Schema, answer: unknown, path: string): z.output<Schema> {
  const refused = refusedAnswer.safeParse(answer);
  if (refused.success) {
    const { refused: what, why } = refused.data;
    throw new ParleyError(codes[what], `${JSON.stringify(path)}: ${oneLine(why)}.`, { retry: what === 'failed' });
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw lost('what came from it makes no sense', parsed.error);
  return parsed.data;
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
