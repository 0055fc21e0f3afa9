import { readFile } from 'node:fs/promises';
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

/** The library keeps a failure to read its module for as long as the process lives, so it is not let near what can't be read just now. */
async function lookAtModule(): Promise<void> {
  if (wasRead) return;
  await readFile(
    new URL('pkg/matrix_sdk_crypto_wasm_bg.wasm', import.meta.resolve('@matrix-org/matrix-sdk-crypto-wasm')),
  );
  wasRead = true;
}
let wasRead = false;

/** Opens the machine of a user whose databases have this prefix; makes what is missing there. */
export async function openMachine(
  prefix: string,
  user: { readonly id: string; readonly device: string },
): Promise<OpenMachine> {
  await lookAtModule();
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
