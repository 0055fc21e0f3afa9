/** A key as it is stored: useless without the master key that wraps it. */
export interface WrappedKey {
  /** Which master key wraps it: a name that tells nothing of the key. */
  readonly master: string;
  readonly text: string;
}

/**
 * The key that wraps all others, wherever it is: in the environment, in a file, or in a key management service that never lets it out.
 * It is asked when a store is opened, when keys change, and never for a single document.
 *
 * Errors: `KEY_MISSING` where there is none, `KEY_WRONG` where it is another one than the one that wrapped, both final. A service that
 * does not answer: `KEY_MISSING` with `retry`. Every call ends within a minute.
 */
export interface MasterKey {
  /** The name of the key that wraps now. The same name, the same key. */
  name(): Promise<string>;
  /**
   * Wraps a key of 1 to 1,024 bytes for one purpose. The first call may make the master key where none was ever there. Wrapping the same
   * key again gives another text.
   */
  wrap(key: Uint8Array, purpose: string): Promise<WrappedKey>;
  /** Gives the key back. Another purpose than the one it was wrapped for, or a text that was changed, is `KEY_WRONG`. Makes nothing. */
  unwrap(wrapped: WrappedKey, purpose: string): Promise<Uint8Array>;
}

/** A master key that can be followed by a new one while it is in use. */
export interface RenewableMasterKey extends MasterKey {
  /** From here on a new key wraps; what former ones wrapped can still be unwrapped, also in processes that are running. */
  renew(): Promise<void>;
  /** Forgets all but the key that wraps now. Only when nothing is wrapped by the others any more. May be repeated. */
  forgetFormer(): Promise<void>;
}

export const canRenew = (master: MasterKey): master is RenewableMasterKey => 'renew' in master;
