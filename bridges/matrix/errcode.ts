import { failureOf } from './failure.ts';

/** Matrix's own code for why a call of `MatrixRequests` failed, or null. */
export function errcodeOf(error: unknown): string | null {
  return error instanceof Error ? failureOf(error.cause).errcode : null;
}

/** The result, or `otherwise` where the homeserver answered with one of these codes. */
export async function unless<T, O>(call: Promise<T>, errcodes: readonly string[], otherwise: O): Promise<T | O> {
  try {
    return await call;
  } catch (error) {
    if (errcodes.includes(errcodeOf(error) ?? '')) return otherwise;
    throw error;
  }
}
