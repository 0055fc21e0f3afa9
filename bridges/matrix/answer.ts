import type { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';

/** What a request brought, as the schema says. An answer that does not fit is often a proxy's own page, and passes. */
export function answerAs<T>(schema: z.ZodType<T>, what: string, answer: unknown): T {
  const { success, data, error } = schema.safeParse(answer);
  if (success) return data;
  throw new ParleyError(
    'BRIDGE_REQUEST_FAILED',
    `Could not ${what}: the answer is not what a homeserver gives. See whether a proxy before it answers by itself.`,
    { cause: error, retry: true },
  );
}
