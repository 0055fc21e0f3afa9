import { isDeepStrictEqual } from 'node:util';
import { own } from '../../../src/core/own.ts';
import { isRecord } from '../raw-event.ts';
import type { PowerContent } from './content.ts';

/**
 * Both what `theirs` and what `ours` changed of `base`, down to the single level. Where both changed the same, theirs stands.
 */
export function mergeContents(base: PowerContent, theirs: PowerContent, ours: PowerContent): PowerContent {
  const keys = new Set([base, theirs, ours].flatMap(Object.keys));
  const merged = [...keys].map(key => [key, mergeValues(own(base, key), own(theirs, key), own(ours, key))] as const);
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

function mergeValues(base: unknown, theirs: unknown, ours: unknown): unknown {
  if (isDeepStrictEqual(theirs, base)) return ours;
  if (isDeepStrictEqual(ours, base)) return theirs;
  return isRecord(theirs) && isRecord(ours) ? mergeContents(isRecord(base) ? base : {}, theirs, ours) : theirs;
}
