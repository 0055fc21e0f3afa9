import { registerHooks } from 'node:module';

const file = '/src/tasks/steps/carry-out-call.ts';
const from = 'if (once && call.begun) {';

/** Loaded before Parley (`--import`) by the control run: what was begun is begun once more, as if nobody had noted it. */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(file)) return loaded;
    const source = String(loaded.source);
    // A control that takes nothing away would prove nothing.
    if (!source.includes(from)) throw new Error(`${file} does not have "${from}" any more: correct the control.`);
    return { ...loaded, source: source.replace(from, 'if (once && call.begun && parley.store === null) {') };
  },
});
