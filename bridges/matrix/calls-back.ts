import { z } from 'zod';

/** Knows whether the homeserver has called back for the ping that is under way. */
export interface CallsBack {
  /** From now on this ping is waited for. */
  expect(id: string): void;
  /** The homeserver calls; with the right token, and this body. */
  heard(body: Uint8Array): void;
  came(): boolean;
}

const called = z.object({ transaction_id: z.string() });

export function callsBack(): CallsBack {
  let awaited = '';
  let hasCome = false;
  return {
    expect(id) {
      awaited = id;
      hasCome = false;
    },
    heard(body) {
      if (idIn(body) === awaited) hasCome = true;
    },
    came: () => hasCome,
  };
}

function idIn(body: Uint8Array): string | null {
  try {
    return called.parse(JSON.parse(Buffer.from(body).toString())).transaction_id;
  } catch {
    return null;
  }
}
