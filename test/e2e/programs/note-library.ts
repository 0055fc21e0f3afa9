import { registerHooks } from 'node:module';

/** Loaded before Parley (`--import`): prints that the encryption library is loaded. */
registerHooks({
  load(url, context, nextLoad) {
    if (url.includes('matrix-sdk-crypto-wasm')) console.log(`the encryption library is loaded: ${url}`);
    return nextLoad(url, context);
  },
});
