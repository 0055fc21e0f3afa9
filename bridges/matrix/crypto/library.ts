import 'fake-indexeddb/auto';
import * as library from '@matrix-org/matrix-sdk-crypto-wasm';
import { initAsync, type OlmMachine, StoreHandle } from '@matrix-org/matrix-sdk-crypto-wasm';

/** What the library says of itself may hold what people wrote, so nobody hears it. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A machine of the library and the store that belongs to it. */
export interface OpenMachine {
  readonly machine: OlmMachine;
  /** Lets the library's memory go. */
  close(): void;
}

/** Opens the machine of a user whose databases have this prefix; makes what is missing there. */
export async function openMachine(
  prefix: string,
  user: { readonly id: string; readonly device: string },
): Promise<OpenMachine> {
  await initAsync();
  const store = await StoreHandle.open(prefix, null, silent);
  const machine = await library.OlmMachine.initFromStore(
    new library.UserId(user.id),
    new library.DeviceId(user.device),
    store,
    silent,
  );
  machine.roomKeyRequestsEnabled = true;
  machine.roomKeyForwardingEnabled = false;
  return {
    machine,
    close() {
      machine.close();
      store.free();
    },
  };
}
