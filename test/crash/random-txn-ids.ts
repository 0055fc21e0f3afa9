import { registerHooks } from 'node:module';

/**
 * Loaded before Parley by the control run: takes away what keeps a repeated sending from standing in the room twice. Each call of
 * `deliveryTxnId` gives another id.
 */
const guarded = '/bridges/matrix/txn-id.ts';

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith(guarded)) return nextLoad(url, context);
    const source = [
      `import { randomUUID } from 'node:crypto';`,
      `export * from ${JSON.stringify(`${url}?guarded`)};`,
      'export const deliveryTxnId = () => randomUUID();',
    ].join('\n');
    return { format: 'module', source, shortCircuit: true };
  },
});
