import type { SecretPerson } from '../../e2e/driver/secret-person.ts';

/** A message of another device that a client could not decrypt. */
export interface LostDeviceMessage {
  readonly sender: string;
  readonly at: string;
}

interface Machine {
  receiveSyncChanges(...given: unknown[]): Promise<readonly { readonly type: number; readonly rawEvent: string }[]>;
}

/** As the library numbers what became of a message: decrypted, not decrypted, in the clear, invalid. */
const notDecrypted = 1;
const invalid = 3;

/** Hears what a client drops in silence: it may have been a key. */
export function lostDeviceMessages({ crypto }: SecretPerson): readonly LostDeviceMessage[] {
  const lost: LostDeviceMessage[] = [];
  const { olmMachine: machine } = crypto as unknown as { readonly olmMachine: Machine };
  const receive = machine.receiveSyncChanges.bind(machine);
  machine.receiveSyncChanges = async (...given) => {
    const all = await receive(...given);
    for (const { type, rawEvent } of all)
      if (type === notDecrypted || type === invalid)
        lost.push({
          sender: String((JSON.parse(rawEvent) as { sender?: unknown }).sender),
          at: new Date().toISOString(),
        });
    return all;
  };
  return lost;
}
