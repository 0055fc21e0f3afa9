import { parseArgs } from 'node:util';
import { projectFolder } from '../e2e/driver/parley-process.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { judgeStage } from './judge.ts';
import { keepLogs } from './keep-logs.ts';
import { Load } from './load.ts';
import { Random } from './random.ts';
import { commonOptions, report, verdict } from './report.ts';
import { killInSeries, killLines, type Results } from './series.ts';
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
const drainPatienceMs = 90_000;
const restPatienceMs = 30_000;
/** How soon after a crash the moderated room has to be put right. */
const putRightMs = 10_000;

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
    const results = await killInSeries({
      world: stage.world,
      load,
      random,
      kills: Number(values.kills),
      steps: values.steps || values.control ? stepOccurrences() : [],
      synapseKills: Number(values['synapse-kills']),
      liveEvery: 10,
      after: name => untilCouncilIsRight(stage, name),
    });
    await load.stop();
    const drained = await load.drained(drainPatienceMs);
    const left = await untilAtRest(stage.world, restPatienceMs);
    await stage.world.parley.stop();
    const { faults, answers } = await judgeStage(stage, results.killed);
    const calls = stage.world.model.requests.length;
    const seconds = (Date.now() - begun) / 1000;
    const good = tell({ ...results, faults: [...faults, ...left], answers, sent: stage.book.sent, seconds, calls });
    if (!drained)
      console.log(
        `after ${drainPatienceMs / 1000} s without progress ${stage.book.waiting()} answers were still missing`,
      );
    return good && (results.killed.length > 0 || Number(values.kills) === 0);
  } finally {
    if (values.logs !== undefined) keepLogs([{ name: 'all', parley: stage.world.parley }], values.logs);
    await stage.world.stop();
  }
}

/** Waits until the moderated room is right again. */
async function untilCouncilIsRight({ world, council, book }: Stage, name: string): Promise<string> {
  const rightMs = await untilPutRight(world, council, putRightMs);
  if (rightMs === null)
    book.faults.push({ kind: 'not put right', room: council.id, what: `${putRightMs} ms after ${name}` });
  return `, put right after ${rightMs} ms`;
}

function stepOccurrences(): string[] {
  const steps = findSteps(projectFolder).filter(step => step.startsWith(values.only));
  if (steps.length === 0) throw new Error('no step(…) was found in the source');
  return steps.flatMap(step => occurrences(step).map(nth => `${step}:${nth}`));
}

interface Outcome extends Results {
  readonly faults: readonly Fault[];
  readonly answers: number;
  readonly sent: number;
  readonly seconds: number;
  readonly calls: number;
}

function tell({ killed, missed, faults: found, answers, sent, seconds, calls }: Outcome): boolean {
  const faults = found.map(({ room: where, ...fault }) => ({ ...fault, where }));
  const more = [
    ...killLines({ killed, missed }),
    `messages: ${sent}, answers: ${answers}, calls of the model: ${calls}`,
  ];
  report({ seed: values.seed, seconds, kills: killed.map(({ how }) => how), faults, kinds: faultKinds, more });
  const isDoubled = faults.some(({ kind }) => kind === 'doubled');
  const control = values.control ? { what: 'a doubled answer', found: isDoubled } : null;
  return verdict({ faults }, { good: 'every message has exactly one answer, in order', control });
}
