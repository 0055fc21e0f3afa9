import { parseArgs } from 'node:util';
import { projectFolder } from '../e2e/driver/parley-process.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { judgeStage } from './judge.ts';
import { type Killed, killAtStep, killParley, killSynapse } from './kills.ts';
import { Load } from './load.ts';
import { Random } from './random.ts';
import { commonOptions, progress, report, verdict } from './report.ts';
import { buildStage, type Stage } from './stage.ts';
import { findSteps } from './steps.ts';
import { untilAtRest, untilPutRight } from './stored.ts';
import { type Fault, faultKinds } from './verify.ts';

/**
 * `npm run test:crash -- --kills 50 --steps [--only power.] --synapse-kills 10 [--control] [--seed n]`: kills Parley, and the homeserver, under load from
 * several people in several rooms; afterwards each message must have exactly one answer, in order. With `--control` the safeguard is
 * taken away, and the run fails unless it finds a doubled answer.
 */
const { values } = parseArgs({
  options: {
    ...commonOptions,
    only: { type: 'string', default: '' },
    'synapse-kills': { type: 'string', default: '0' },
  },
});
/** At which time that a process comes to a step it is killed; what is rare, or different each time, is killed at once. */
const occurrences = (step: string): readonly number[] => {
  if (values.control) return [1];
  if (step.startsWith('passage.')) return [1, 1, 1, 1, 1];
  return step.startsWith('power.') ? [1, 2] : [1, 2, 5];
};
const stepPatienceMs = 30_000;
const drainPatienceMs = 90_000;
const restPatienceMs = 30_000;
/** How soon after a crash the moderated room has to be put right. */
const putRightMs = 10_000;
/** Now and then Parley lives until somebody is answered: on a slow machine no life would be long enough, and nothing would be tried. */
const liveEvery = 10;

// Broken off, it leaves nothing running: what it started ends when it exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  console.log(`seed ${values.seed}`);
  process.env.PARLEY_SYNAPSE_PYTHON = await ensureSynapse();
  const random = new Random(Number(values.seed));
  const stage = await buildStage(random, values);
  try {
    const load = new Load(stage.book, stage.plays, random);
    const begun = Date.now();
    load.start();
    const killed = await killAll(stage, random, load);
    await load.stop();
    const drained = await load.drained(drainPatienceMs);
    const left = await untilAtRest(stage.world, restPatienceMs);
    await stage.world.parley.stop();
    const { faults, answers } = await judgeStage(stage, killed);
    const calls = stage.world.model.requests.length;
    const seconds = (Date.now() - begun) / 1000;
    const good = tell({ killed, faults: [...faults, ...left], answers, sent: stage.book.sent, seconds, calls });
    if (!drained)
      console.log(
        `after ${drainPatienceMs / 1000} s without progress ${stage.book.waiting()} answers were still missing`,
      );
    return good && (killed.length > 0 || Number(values.kills) === 0);
  } finally {
    await stage.world.stop();
  }
}

async function killAll(stage: Stage, random: Random, load: Load): Promise<Killed[]> {
  const { world, book } = stage;
  const killed: Killed[] = [];
  const note = async (
    kill: () => Promise<{ readonly died: boolean; readonly away: readonly Killed[] }>,
    name: string,
  ) => {
    const begun = Date.now();
    const { died, away } = await kill();
    killed.push(...away);
    const backMs = (away.at(-1)?.to ?? 0) - (away.at(-1)?.from ?? 0);
    const rightMs = await untilPutRight(world, stage.council, putRightMs);
    if (rightMs === null)
      book.faults.push({ kind: 'not put right', room: stage.council.id, what: `${putRightMs} ms after ${name}` });
    const what = died ? `back after ${backMs} ms, put right after ${rightMs} ms` : 'not reached';
    const line = progress(killed.length, { name, what, from: begun });
    console.log(`${line}; ${book.sent} messages, ${book.answered()} answers`);
  };
  const once = async (kill: Promise<Killed>) => ({ died: true, away: [await kill] });
  for (let count = 0; count < Number(values.kills); count += 1) {
    if (count % liveEvery === 0) await load.progressed(drainPatienceMs);
    await note(() => once(killParley(world, random)), 'random');
  }
  for (const at of values.steps || values.control ? stepOccurrences() : []) {
    load.focus(at);
    await note(() => killAtStep(world, at, stepPatienceMs), at);
  }
  load.focus(null);
  for (let count = 0; count < Number(values['synapse-kills']); count += 1) {
    await note(() => once(killSynapse(world, random, load)), 'homeserver');
  }
  return killed;
}

function stepOccurrences(): string[] {
  const steps = findSteps(projectFolder).filter(step => step.startsWith(values.only));
  if (steps.length === 0) throw new Error('no step(…) was found in the source');
  return steps.flatMap(step => occurrences(step).map(nth => `${step}:${nth}`));
}

interface Results {
  readonly killed: readonly Killed[];
  readonly faults: readonly Fault[];
  readonly answers: number;
  readonly sent: number;
  readonly seconds: number;
  readonly calls: number;
}

function tell({ killed, faults: found, answers, sent, seconds, calls }: Results): boolean {
  const faults = found.map(({ room: where, ...fault }) => ({ ...fault, where }));
  const back = killed
    .filter(kill => kill.how !== 'stop')
    .map(kill => kill.to - kill.from)
    .sort((a, b) => a - b);
  const more = [
    `back after (median, worst): ${back[Math.floor(back.length / 2)] ?? 0} ms, ${back.at(-1) ?? 0} ms`,
    `messages: ${sent}, answers: ${answers}, calls of the model: ${calls}`,
  ];
  report({ seed: values.seed, seconds, kills: killed.map(({ how }) => how), faults, kinds: faultKinds, more });
  const isDoubled = faults.some(({ kind }) => kind === 'doubled');
  const control = values.control ? { what: 'a doubled answer', found: isDoubled } : null;
  return verdict({ faults }, { good: 'every message has exactly one answer, in order', control });
}
