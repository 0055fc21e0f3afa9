import type { Scalar } from '../../ports/store.ts';

/** A value of an indexed field as it stands in its column. */
export type Key = string | number | Uint8Array;

const illFormed = 0x01;
const truth = 0x02;

/**
 * SQLite orders numbers before texts before blobs, each by value, by UTF-8 and by bytes. What has no form of its own there gets one
 * that keeps the order of the port: null is minus infinity (which JSON can't hold, and which, unlike NULL, equals itself), a text with
 * lone surrogates (which SQLite would make equal to others) is a blob of its units, a boolean is a blob behind those.
 */
export function toKey(value: Scalar): Key {
  if (value === null) return Number.NEGATIVE_INFINITY;
  if (typeof value === 'boolean') return Uint8Array.of(truth, value ? 1 : 0);
  if (typeof value === 'number' || value.isWellFormed()) return value;
  return Buffer.concat([Uint8Array.of(illFormed), Buffer.from(value, 'utf16le').swap16()]);
}

/** Where the values of a kind begin (exclusive for numbers, as null stands there) and where the next kind begins. */
export const firstText = '';
export const firstBoolean = Uint8Array.of(truth);
