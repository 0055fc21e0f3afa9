import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/machine.ts';
import { keepLogs } from '../crash/keep-logs.ts';
import { Load } from '../crash/load.ts';
import { Random } from '../crash/random.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { quickWhenAskedAgain } from './asked-again.ts';
import type { ChaosFault } from './check/faults.ts';
import { type Control, controls } from './controls.ts';
import { type Installation, raiseInstallation } from './installation.ts';
import { judgeTown } from './judge.ts';
import { planRounds, type Round } from './plan.ts';
import { reportLines, verdict } from './report.ts';
import { type Played, playRound, untilAtRest } from './rounds.ts';
import { settleTown } from './town.ts';

/** `npm run test:chaos -- --rounds 30 --seed 1 [--control no-takeover]`: what it does is told in README.md. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    control: { type: 'string' },
    only: { type: 'string', default: '' },
    without: { type: 'string' },
    people: { type: 'string', default: '20' },
    rooms: { type: 'string', default: '50' },
    bridges: { type: 'string', default: '2' },
    workers: { type: 'string', default: '4' },
    logs: { type: 'string' },
  },
});
const restPatienceMs = 60_000;
/** Without a safeguard it may never come to rest. */
const controlPatienceMs = 10_000;

let isOver = false;
// Ctrl-C ends it behind the round that goes on, and what there is is checked; a second one breaks it off. What it started ends when it exits.
process.on('SIGINT', () => {
  if (isOver) process.exit(130);
  isOver = true;
  console.log('Ends behind this round, and checks what there is. Ctrl-C once more breaks it off.');
});
process.once('SIGTERM', () => process.exit(130));

// Left to itself, Node spins for ever while it ends: it waits for requests of sockets that were reset (`CleanupHandles`).
process.exit((await main()) ? 0 : 1);

async function main(): Promise<boolean> {
  const control = chosenControl();
  process.env.PARLEY_SYNAPSE_PYTHON = await ensureSynapse();
  for (const line of [...(await describeMachine()), `seed ${values.seed}`]) console.log(line);
  const begun = Date.now();
  const size = { bridges: Number(values.bridges), workers: Number(values.workers) };
  const megabytes = 256 + Number(values.rounds);
  const installation = await raiseInstallation({ ...size, megabytes, without: values.control });
  try {
    return await play(installation, { control, begun, plan: planned(installation, control) });
  } finally {
    if (values.logs !== undefined) keepLogs(installation.members, values.logs);
    await installation.stop();
  }
}

function chosenControl(): Control | undefined {
  if (values.control === undefined) return undefined;
  const control = controls[values.control];
  if (control === undefined) throw new Error(`--control is one of ${Object.keys(controls).join(', ')}`);
  return control;
}

function planned({ servers, members }: Installation, control: Control | undefined): Round[] {
  if (servers.disks === null) console.log('No disk is filled: only root may mount a small one, on Linux.');
  const { allows = isWanted, after, lasts } = control ?? {};
  const count = (role: string): number => members.filter(member => member.role === role).length;
  return planRounds(new Random(Number(values.seed)), {
    rounds: Number(values.rounds),
    bridges: count('bridge'),
    workers: count('worker'),
    allows: (target, way, nth) => (way !== 'fill' || servers.disks !== null) && allows(target, way, nth),
    ...(after === undefined ? {} : { after }),
    ...(lasts === undefined ? {} : { lasts }),
  });
}

/** By `--only` and `--without`: parts of `fill synapse`, `kill worker`, … */
function isWanted(target: string, way: string): boolean {
  const mishap = `${way} ${target}`;
  return mishap.includes(values.only) && !(values.without && mishap.includes(values.without));
}

interface Given {
  readonly control: Control | undefined;
  readonly begun: number;
  readonly plan: readonly Round[];
}

async function play(installation: Installation, { control, begun, plan }: Given): Promise<boolean> {
  const random = new Random(Number(values.seed) + 1);
  // A safeguard is missed only by those who talk just then.
  const size = { people: Number(values.people), rooms: Number(values.rooms) };
  const manner = { busy: control !== undefined, growing: control?.growing ?? false };
  if (control?.growing) installation.model.rule(quickWhenAskedAgain(installation.model.requests));
  const { book, plays } = await settleTown(installation, random, { ...size, ...manner });
  const raisedMs = Date.now() - begun;
  console.log(`${size.people} people in ${size.rooms} rooms after ${(raisedMs / 1_000).toFixed(0)} s`);
  const load = new Load(book, plays, random);
  const played: Played[] = [];
  const end = begun + Number(values.minutes) * 60_000;
  for (const round of plan) {
    if (isOver || Date.now() > end) break;
    const one = await playRound(installation, load, round);
    played.push(one);
    const calm = one.calmMs === null ? 'NOT CALM' : `calm ${(one.calmMs / 1_000).toFixed(1)} s`;
    console.log(`${played.length}: ${one.what}; ${calm}; ${book.sent} messages, ${book.answered()} answers`);
    for (const fault of one.faults) console.log(`   ✗ ${fault.kind}: ${fault.what}`);
    if (control !== undefined && one.calmMs === null) break;
  }
  const checking = Date.now();
  const { stored, faults: left } = await untilAtRest(installation, control ? controlPatienceMs : restPatienceMs);
  const judged = await judgeTown(installation, book, stored);
  const faults: ChaosFault[] = [...played.flatMap(one => one.faults), ...judged.faults, ...left];
  const calls = installation.model.requests.length;
  const figures = {
    wanted: plan.length,
    sent: book.sent,
    answers: judged.answers,
    calls,
    raisedMs,
    checkedMs: Date.now() - checking,
  };
  for (const line of reportLines({ played, faults, members: installation.members, ...figures })) console.log(line);
  const unplayed = isOver ? plan.length - played.length : 0;
  const [isGood, words] = verdict({ faults, control, unplayed });
  console.log(words);
  return isGood;
}
