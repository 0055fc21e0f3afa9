import type { z } from 'zod';
import type { Ask, Asked } from '../../egress/ask.ts';
import { searchFailed } from './found.ts';

const mostBytes = 2_000_000;

/** Asks an engine that answers with JSON, and gives what its schema makes of the answer. */
export async function askForJson<Schema extends z.ZodType>(
  ask: Ask,
  asked: Omit<Asked, 'maxBytes'>,
  { schema, refusals }: { readonly schema: Schema; readonly refusals: Readonly<Record<number, string>> },
): Promise<z.output<Schema>> {
  const { status, bytes } = await ask({ ...asked, maxBytes: mostBytes });
  const refusal = refusals[status];
  if (refusal !== undefined) throw searchFailed(refusal, status === 429);
  if (status !== 200) throw searchFailed(`The search engine answers with status ${status}.`);
  const parsed = schema.safeParse(jsonOf(bytes));
  if (!parsed.success) throw searchFailed('The search engine answers with what makes no sense.');
  return parsed.data;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
