import { whyNoEngine } from './engine.ts';
import { wantedKind } from './engine-kinds.ts';

// Asked by CI before tests on the engine of `PARLEY_TEST_ENGINE`. Exit code 0: it is there, and all that fails on it is a fault. 3: it can't be started here, for
// the reason that is printed. Any other: the question itself failed.
const notThere = 3;
const kind = wantedKind(process.env);
if (kind === null) throw new Error('PARLEY_TEST_ENGINE names no engine');
const why = await whyNoEngine(kind);
console.log(why ?? `${kind} answers`);
process.exit(why === null ? 0 : notThere);
