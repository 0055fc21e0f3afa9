import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type OwnEngine, ownEngine } from '../containers/engine.ts';
import { ExternalWorld } from '../e2e/driver/external-world.ts';
import { projectFolder } from '../e2e/driver/parley-process.ts';
import { RoomView } from '../e2e/driver/room-view.ts';
import { toolModel } from '../e2e/driver/settings.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { ensureWorkspaceImage } from '../servers/workspace-image.ts';
import { controlSteps } from './errands/control-steps.ts';
import { doesErrands } from './errands/errand.ts';
import { type Errand, Errands } from './errands/gives-errands.ts';
import { doneIn } from './errands/jobs.ts';
import { killContainer, killEngine } from './errands/kills.ts';
import { openScene, type Scene } from './errands/scene.ts';
import { type Arrived, type ErrandFault, errandFaults, verifyErrand } from './errands/verify-errands.ts';
import { keyOf } from './errands/wish.ts';
import { keepLogs } from './keep-logs.ts';
import { killAtStep, killParley } from './kills.ts';
import { openGroup } from './open-rooms.ts';
import { Random } from './random.ts';
import { commonOptions, progress, report, verdict } from './report.ts';
import { findTaskSteps } from './steps.ts';
import { readTimeline } from './timeline.ts';

/**
 * `npm run test:crash-tasks -- --kills 20 --steps --container-kills 5 --engine-kills 2 [--control] [--seed n]`: kills Parley, the containers that
 * tasks work in, and the engine under them; afterwards each task must have ended well, and what it was to do must have been done once: a line in a
 * file, a mail, a branch that is pushed, a pull request and an issue. With `--control` nothing is noted before it is begun and nothing that was posted is looked
 * for, and the run fails unless it finds a mail or line, and an issue, that is there twice.
 */
const { values } = parseArgs({
  options: {
    ...commonOptions,
    'container-kills': { type: 'string', default: '0' },
    'engine-kills': { type: 'string', default: '0' },
  },
});
const stepPatienceMs = 60_000;
const drainPatienceMs = 180_000;
const occurrences = [1, 3];
const mostOpen = 2;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  console.log(`seed ${values.seed}`);
  process.env.PARLEY_SYNAPSE_PYTHON = await ensureSynapse();
  const engine = await ownEngine();
  try {
    return await runOn(engine);
  } finally {
    await engine.stop();
  }
}

async function runOn(engine: OwnEngine): Promise<boolean> {
  const image = await ensureWorkspaceImage(engine.host);
  const preload = [
    join(import.meta.dirname, 'kill-at.ts'),
    ...(values.control ? [join(import.meta.dirname, 'errands', 'begin-again.ts')] : []),
  ];
  const scene = await openScene();
  const world = await ExternalWorld.prepare({
    preload,
    config: url => ({ ...toolModel(url), ...configFor(image), ...scene.config }),
    env: { DOCKER_HOST: engine.host, ...scene.env },
  });
  try {
    await world.parley.start();
    return await runIn(world, engine, scene);
  } finally {
    if (values.logs !== undefined) keepLogs([{ name: 'all', parley: world.parley }], values.logs);
    await world.stop();
    scene.close();
  }
}

function configFor(image: string) {
  return {
    floor: { findBots: false },
    access: { needs: { approve: 'user' } },
    budgets: { perDay: 1e9, rooms: { default: 1e9 } },
    tasks: { perAgent: 3 },
    sandbox: { image, memoryMiB: 128, diskMiB: 64 },
  };
}

async function runIn(world: ExternalWorld, engine: OwnEngine, scene: Scene): Promise<boolean> {
  world.model.rule(doesErrands(scene.repository));
  const { ada: Ada, bruno: Bruno, clara: Clara, parley } = world.agents;
  const people = await Promise.all(['Otto', 'Ines'].map(name => world.newPerson(name)));
  const rooms = await Promise.all(people.map(person => openGroup([person], { Ada, Bruno, Clara, parley })));
  const errands = new Errands();
  const begun = Date.now();
  errands.start(
    rooms.map(({ id }, index) => ({ id, person: people[index] as (typeof people)[number] })),
    mostOpen,
  );
  const kills = await killAll(world, engine, errands);
  await errands.stop();
  const drained = await errands.drained(drainPatienceMs);
  await world.parley.stop();
  const arrived = scene.arrived();
  const faults = (
    await Promise.all(errands.given.map(errand => judge(errand, { arrived, heard: lastHeard(world, errand.key) })))
  ).flat();
  return tell({ kills, faults, drained, arrived, given: errands.given.length, seconds: (Date.now() - begun) / 1000 });
}

async function killAll(world: ExternalWorld, engine: OwnEngine, errands: Errands): Promise<string[]> {
  const random = new Random(Number(values.seed));
  const kills: string[] = [];
  const note = async (name: string, kill: () => Promise<unknown>): Promise<void> => {
    const from = Date.now();
    const did = await kill();
    if (did !== false && did !== null) kills.push(name);
    const what = did === false || did === null ? 'not reached' : 'killed';
    const line = progress(kills.length, { name, what, from });
    console.log(`${line}; ${errands.ended()} of ${errands.given.length} errands ended`);
  };
  const plan = shuffled(random, [
    ...times(values.kills, 'random'),
    ...times(values['container-kills'], 'container'),
    ...times(values['engine-kills'], 'engine'),
  ]);
  for (const what of plan) {
    if (what === 'random') await note(what, () => killParley(world, random));
    else if (what === 'container') await note(what, () => killContainer(engine, random));
    else await note(what, () => killEngine(engine, random));
  }
  for (const at of values.steps || values.control ? stepsToKillAt() : [])
    await note(at, async () => (await killAtStep(world, at, stepPatienceMs)).died);
  return kills;
}

function times<T>(count: string, what: T): T[] {
  return Array.from({ length: Number(count) }, () => what);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.between(0, left.length - 1), 1));
}

function stepsToKillAt(): string[] {
  if (values.control) return times('4', controlSteps).flat();
  return findTaskSteps(projectFolder).flatMap(step => occurrences.map(nth => `${step}:${nth}`));
}

/** What the model has read of its last calls for an errand, which tells why one did not end well. */
function lastHeard({ model }: ExternalWorld, key: string): string {
  const last = model.requests.findLast(request => keyOf(request.everything) === key);
  const done = last === undefined ? [] : doneIn(last);
  return done
    .slice(-3)
    .map(({ name, input, result }) => `${name} ${JSON.stringify(input).slice(0, 200)}: ${result.slice(0, 500)}`)
    .join('\n');
}

interface Judging {
  readonly arrived: Arrived;
  readonly heard: string;
}

async function judge({ key, room, person }: Errand, { arrived, heard }: Judging): Promise<ErrandFault[]> {
  const view = new RoomView();
  for (const event of await readTimeline(person, room)) view.add(event);
  const textOf = async (file: { readonly content: Readonly<Record<string, unknown>> }): Promise<string> =>
    (await person.download(String(file.content.url))).text();
  const faults = await verifyErrand(key, { messages: view.messages(), textOf, arrived });
  if (faults.length > 0) console.log(`What was called last for ${key}:\n${heard}`);
  return faults;
}

interface Results {
  readonly kills: readonly string[];
  readonly faults: readonly ErrandFault[];
  readonly drained: boolean;
  readonly arrived: Arrived;
  readonly given: number;
  readonly seconds: number;
}

function tell({ kills, faults: found, drained, arrived, given, seconds }: Results): boolean {
  const { mails, issues, pulls, branches } = arrived;
  const faults = found.map(({ key: where, ...fault }) => ({ ...fault, where }));
  const counts = `errands: ${given}, mails: ${mails.length}, branches: ${branches.length}, pull requests: ${pulls.length}, issues: ${issues.length}`;
  report({ seed: values.seed, seconds, kills, faults, kinds: errandFaults, more: [counts] });
  if (!drained) console.log('✗ not all errands came to an end');
  const has = (what: RegExp): boolean =>
    found.some(fault => /doubled|wrong effect/.test(fault.kind) && what.test(fault.what));
  const control = values.control
    ? { what: 'a mail or line, and an issue, that is there twice', found: has(/mails|"k/) && has(/issues/) }
    : null;
  const good = verdict({ faults }, { good: 'every task ended well, and all was done once', control });
  return good && (values.control || (drained && given > 0));
}
