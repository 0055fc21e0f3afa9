import { copyFileSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectFolder } from '../e2e/driver/parley-process.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { type Judgement, judgeSealed } from './encrypted/judge-sealed.ts';
import { deviceNotesFile, notesFile } from './encrypted/key-uses.ts';
import { buildSealedStage, type SealedStage } from './encrypted/sealed-stage.ts';
import { type SealedFault, sealedKinds } from './encrypted/verify-sealed.ts';
import { keepLogs } from './keep-logs.ts';
import { Load } from './load.ts';
import { Random } from './random.ts';
import { commonOptions, report, verdict } from './report.ts';
import { killInSeries, killLines, type Results } from './series.ts';
import { findEncryptedSteps } from './steps.ts';
import { untilAtRest } from './stored.ts';

/**
 * `npm run test:crash-encrypted -- --kills 20 --steps [--only keys.] --synapse-kills 5 [--control] [--seed n]`: kills Parley, and the homeserver, while people
 * and agents talk in encrypted rooms and begin a session every three messages. Afterwards people must be able to read all, and each message must have
 * exactly one answer. With `--control` what one call of the encryption library changes is not stored at once, and the run fails unless it finds a loss.
 */
const { values } = parseArgs({
  options: {
    ...commonOptions,
    only: { type: 'string', default: '' },
    'synapse-kills': { type: 'string', default: '0' },
  },
});
/** At which time that a process comes to a step it is killed. An answer is about ten pages and sendings. */
const occurrences: Readonly<Record<string, readonly number[]>> = {
  'keys.stored': [1, 2, 3, 5, 8, 13],
  'keys.sent': [1, 2, 4],
  'passage.advanced': [1, 1],
};
const otherwise = [1, 2];
/** Where the library has stored a part of what it has changed, and not yet the key. */
const tornSteps = Array.from({ length: 3 }, () => 'keys.torn:1');
/** What shows that a key is gone. */
const losses: readonly SealedFault['kind'][] = ['undecryptable', 'unread', 'key used twice'];
const drainPatienceMs = values.control ? 10_000 : 90_000;
const restPatienceMs = values.control ? 1_000 : 30_000;

let isOver = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Broken off for the second time, it leaves nothing running: what it started ends when it exits.
    if (isOver) process.exit(130);
    isOver = true;
    console.log('no more kills; what there is is judged');
  });

// Clients that encrypt keep a process alive.
process.exit((await main()) ? 0 : 1);

async function main(): Promise<boolean> {
  console.log(`seed ${values.seed}`);
  process.env.PARLEY_SYNAPSE_PYTHON = await ensureSynapse();
  const random = new Random(Number(values.seed));
  const stage = await buildSealedStage(random, values);
  try {
    const begun = Date.now();
    const results = await play(stage, random);
    const left = await untilAtRest(stage.world, restPatienceMs);
    await stage.world.parley.stop();
    const judgement = await judgeSealed(stage);
    const faults = [...judgement.faults, ...left];
    return tell({ ...results, ...judgement, faults }, stage, (Date.now() - begun) / 1000);
  } finally {
    if (values.logs !== undefined) keep(stage, values.logs);
    await stage.world.stop();
  }
}

/** What Parley logged and sent to devices. */
function keep({ world: { parley } }: SealedStage, folder: string): void {
  keepLogs([{ name: 'all', parley }], folder);
  for (const file of [notesFile(parley.folder), deviceNotesFile(parley.folder)])
    if (existsSync(file)) copyFileSync(file, join(folder, basename(file)));
}

async function play({ world, book, plays }: SealedStage, random: Random): Promise<Results> {
  const load = new Load(book, plays, random);
  load.start();
  const results = await killInSeries({
    world,
    load,
    random,
    kills: Number(values.kills),
    steps: stepsToKillAt(),
    synapseKills: Number(values['synapse-kills']),
    liveEvery: values.control ? 1 : 2,
    isOver: () => isOver,
  });
  await load.stop();
  if (!(await load.drained(drainPatienceMs)))
    console.log(`after ${drainPatienceMs / 1000} s without progress ${book.waiting()} answers were still missing`);
  return results;
}

/** What people's devices could not decrypt, of what other devices sent to them. */
function lostLines(rooms: SealedStage['rooms']): string[] {
  const people = new Set(rooms.flatMap(({ people }) => people));
  return [...people].flatMap(({ id, lost }) =>
    lost.map(({ sender, at }) => `not decrypted by ${id}: what ${sender} sent to the device, at ${at}`),
  );
}

function stepsToKillAt(): string[] {
  if (values.control) return tornSteps;
  if (!values.steps) return [];
  const steps = findEncryptedSteps(projectFolder).filter(step => step.startsWith(values.only));
  if (steps.length === 0) throw new Error('no step(…) was found in the source');
  return steps.flatMap(step => (occurrences[step] ?? otherwise).map(nth => `${step}:${nth}`));
}

/** Whether the run has shown what it was to show. */
function tell(
  { faults: found, answers, read, keys, ...results }: Results & Judgement,
  { book, rooms, visited, world }: SealedStage,
  seconds: number,
): boolean {
  const faults = found.map(({ room: where, ...fault }) => ({ ...fault, where }));
  const more = [
    ...killLines(results),
    `messages: ${book.sent} in ${rooms.length} encrypted rooms, answers: ${answers}, calls of the model: ${world.model.requests.length}`,
    ...lostLines(rooms),
    `events read by people: ${read}, of them ${visited.length} who came and went; keys used: ${keys}`,
  ];
  const kills = results.killed.map(({ how }) => how);
  report({ seed: values.seed, seconds, kills, faults, kinds: sealedKinds, more });
  const isLost = found.some(({ kind }) => losses.includes(kind));
  const control = values.control ? { what: 'that a key was lost', found: isLost } : null;
  return verdict({ faults }, { good: 'all could be read, and is answered once', control }) && kills.length > 0;
}
