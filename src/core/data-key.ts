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
/** The keys by their numbers, the newest first. */
export const newestFirst = (keys: readonly DataKey[]): DataKey[] =>
  [...keys].sort((one, other) => Number(other._id) - Number(one._id));

/** Whether a key has done its time: it is to be followed by a new one. */
export const isUsedUp = (key: DataKey, now: number, rotateAfterMs: number): boolean =>
  key.uses >= mostUses || now - key.createdAt >= rotateAfterMs;

/** Whether a pass is to be made, or to go on, so that everything is sealed with this key. */
export const needsPass = (key: DataKey): boolean => key.passedAt === null || key.pass !== null;
