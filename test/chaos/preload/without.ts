import { registerHooks } from 'node:module';
import { controls } from '../controls.ts';

/** Loaded before Parley (`--import`) by a control run: takes the safeguard away that `CHAOS_WITHOUT` names. */
const control = controls[process.env.CHAOS_WITHOUT ?? ''];

for (const { file, from, to } of control?.changes ?? []) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(file)) return loaded;
      const source = String(loaded.source);
      // A control that takes nothing away would prove nothing.
      if (!source.includes(from)) throw new Error(`${file} does not have "${from}" any more: correct the control.`);
      return { ...loaded, source: source.replace(from, to) };
    },
  });
}
