import { ParleyError } from '../../core/errors.ts';
import type { MasterKey } from '../../ports/keys.ts';
import { nameOf, parseKey, unwrapWith, wrapWith } from './key-set.ts';

export interface GivenKeys {
  /** The key that wraps. */
  readonly current: string;
  /** The one before, while what it wrapped is not wrapped anew; or null. */
  readonly former: string | null;
}

/** A master key that the operator gives. To renew it, the new one is given as `current` and the old one as `former`. */
export function environmentKey({ current, former }: GivenKeys): MasterKey {
  const master = read(current, 'PARLEY_MASTER_KEY');
  const masters = former === null ? [master] : [master, read(former, 'PARLEY_MASTER_KEY_FORMER')];
  return {
    name: async () => nameOf(master),
    wrap: async (key, purpose) => wrapWith(master, key, purpose),
    unwrap: async (wrapped, purpose) => unwrapWith(masters, wrapped, purpose),
  };
}

function read(text: string, variable: string): Uint8Array {
  const key = parseKey(text);
  if (key !== undefined) return key;
  throw new ParleyError(
    'CONFIG_INVALID',
    `${variable} must be 32 random bytes, as 64 hexadecimal digits or in Base64. Make one with: openssl rand -base64 32`,
  );
}
