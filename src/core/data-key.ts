import type { Document } from './document.ts';

/** A way through all documents, to seal with the newest key what is not. What has been done stands here, so that it goes on after a crash. */
export interface SealingPass {
  /** When it began, milliseconds since 1970. */
  readonly startedAt: number;
  /** Where it is: the collection, and the last document that was looked at; null: at its begin. */
  readonly collection: string;
  readonly after: string | null;
  /** How many documents were looked at, and how many of them were sealed anew. */
  readonly looked: number;
  readonly sealed: number;
  /** How many could not be opened, and were left as they are. */
  readonly broken: number;
}

/** A key that documents are sealed with, itself wrapped by a master key. `_id` is its number; the highest one is in use. */
export interface DataKey extends Document {
  /** The key, wrapped. */
  readonly wrapped: string;
  /** Which master key wraps it: a name that tells nothing of the key. */
  readonly master: string;
  /** How often it has sealed something, about: counted in lots. */
  readonly uses: number;
  /** The pass that is under way for this key, or null. */
  readonly pass: SealingPass | null;
  /** When the last pass that went through for this key began; null: none has yet. */
  readonly passedAt: number | null;
  /** How many documents that pass could not open. */
  readonly broken: number;
  /** Whether a pass has sealed documents that stood there as plain text, and the files have not been cleaned of them yet. */
  readonly leftovers: boolean;
}

/** Above this number of uses a new key is made, long before 2^32, where random nonces of 96 bits may no longer be trusted to differ. */
export const mostUses = 2 ** 30;
/** So long after a key was made every process uses it, and nothing is sealed with the former one any more. */
const switchedAfterMs = 3_600_000;

/** The keys by their numbers, the newest first. */
export const newestFirst = (keys: readonly DataKey[]): DataKey[] =>
  [...keys].sort((one, other) => Number(other._id) - Number(one._id));

/** Whether a key has done its time: it is to be followed by a new one. */
export const isUsedUp = (key: DataKey, now: number, rotateAfterMs: number): boolean =>
  key.uses >= mostUses || now - key.createdAt >= rotateAfterMs;

/**
 * Whether all documents are to be looked at for the key in use: right after it was made, and, where there are former keys, once more
 * when nobody seals with these any longer. Only then it is known that nothing needs them.
 */
export const needsPass = (key: DataKey, former: number, now: number): boolean =>
  key.passedAt === null || (former > 0 && !isSettled(key) && now >= key.createdAt + switchedAfterMs);

/** Whether a pass that began after everybody had switched to this key has gone through: no document that opens needs a former one. */
export const isSettled = (key: DataKey): boolean =>
  key.passedAt !== null && key.passedAt >= key.createdAt + switchedAfterMs;
