import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type OwnEngine, ownEngine } from '../containers/engine.ts';
import { ExternalWorld } from '../e2e/driver/external-world.ts';
import { projectFolder } from '../e2e/driver/parley-process.ts';
import { RoomView } from '../e2e/driver/room-view.ts';
import { toolModel } from '../e2e/driver/settings.ts';
import { ensureSynapse } from '../ensure-synapse.ts';
import { type PostOffice, postOffice } from '../fakes/post-office.ts';
import { ensureWorkspaceImage } from '../servers/workspace-image.ts';
import { doesErrands, mailbox } from './errands/errand.ts';
import { type Errand, Errands } from './errands/gives-errands.ts';
import { killContainer, killEngine } from './errands/kills.ts';
import { type ErrandFault, errandFaults, verifyErrand } from './errands/verify-errands.ts';
import { killAtStep, killParley } from './kills.ts';
import { openGroup } from './open-rooms.ts';
import { Random } from './random.ts';
import { findTaskSteps } from './steps.ts';
import { readTimeline } from './timeline.ts';

/**
 * `npm run test:crash-tasks -- --kills 20 --steps --container-kills 5 --engine-kills 2 [--control] [--seed n]`: kills Parley, the containers that
 * tasks work in, and the engine under them; afterwards each task must have ended well, and what it was to do must have been done once. With
 * `--control` nothing is noted before it is begun, and the run fails unless it finds something that was done twice.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '0' },
    steps: { type: 'boolean', default: false },
    'container-kills': { type: 'string', default: '0' },
    'engine-kills': { type: 'string', default: '0' },
    control: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
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
  const post = await postOffice();
  const world = await ExternalWorld.prepare({
    preload,
    config: url => ({ ...toolModel(url), ...configFor(image, post) }),
    env: { DOCKER_HOST: engine.host, SMTP_PASSWORD: post.password },
  });
  try {
    await world.parley.start();
    return await runIn(world, engine, post);
  } finally {
    await world.stop();
    post.close();
  }
}

function configFor(image: string, { port, user }: PostOffice) {
  const mail = { host: '127.0.0.1', port, security: 'none', user, from: 'parley@example.org', allow: [mailbox] };
  const sandbox = { image, memoryMiB: 128, diskMiB: 64 };
  return {
    floor: { findBots: false },
    access: { needs: { approve: 'user' } },
    budgets: { perDay: 1e9, rooms: { default: 1e9 } },
    tasks: { perAgent: 3 },
    sandbox,
    mail,
  };
}

async function runIn(world: ExternalWorld, engine: OwnEngine, { mails }: PostOffice): Promise<boolean> {
  world.model.rule(doesErrands);
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
  const subjects = mails.map(({ subject = '' }) => subject);
  const faults = (await Promise.all(errands.given.map(errand => judge(errand, subjects)))).flat();
  const seconds = Math.round((Date.now() - begun) / 1000);
  return report({ kills, faults, drained, given: errands.given.length, mails: mails.length, seconds });
}

async function killAll(world: ExternalWorld, engine: OwnEngine, errands: Errands): Promise<string[]> {
  const random = new Random(Number(values.seed));
  const kills: string[] = [];
  const note = async (name: string, kill: () => Promise<unknown>): Promise<void> => {
    const from = Date.now();
    const did = await kill();
    if (did !== false && did !== null) kills.push(name);
    const how = did === false || did === null ? 'not reached' : `${((Date.now() - from) / 1000).toFixed(1)} s`;
    console.log(`${kills.length}: ${name}, ${how}; ${errands.ended()} of ${errands.given.length} errands ended`);
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

function times(count: string, what: string): string[] {
  return Array.from({ length: Number(count) }, () => what);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.between(0, left.length - 1), 1));
}

function stepsToKillAt(): string[] {
  if (values.control) return times('8', 'task.call.done:1');
  return findTaskSteps(projectFolder).flatMap(step => occurrences.map(nth => `${step}:${nth}`));
}

async function judge({ key, room, person }: Errand, mails: readonly string[]): Promise<ErrandFault[]> {
  const view = new RoomView();
  for (const event of await readTimeline(person, room)) view.add(event);
  const textOf = async (file: { readonly content: Readonly<Record<string, unknown>> }): Promise<string> =>
    (await person.download(String(file.content.url))).text();
  return verifyErrand(key, { messages: view.messages(), textOf, mails });
}

interface Results {
  readonly kills: readonly string[];
  readonly faults: readonly ErrandFault[];
  readonly drained: boolean;
  readonly given: number;
  readonly mails: number;
  readonly seconds: number;
}

function report({ kills, faults, drained, given, mails, seconds }: Results): boolean {
  for (const { kind, key, what } of faults.slice(0, 50)) console.log(`✗ ${kind}: ${key}: ${what}`);
  const kinds = Map.groupBy(kills, kill => (['random', 'container', 'engine'].includes(kill) ? kill : 'at a step'));
  console.log(`seed ${values.seed}, ${seconds} s`);
  console.log(`kills: ${[...kinds].map(([how, list]) => `${list.length} ${how}`).join(', ') || 'none'}`);
  console.log(`errands: ${given}, mails: ${mails}`);
  for (const kind of errandFaults) console.log(`${kind}: ${faults.filter(fault => fault.kind === kind).length}`);
  if (!drained) console.log(`✗ not all errands came to an end`);
  if (values.control) {
    const seen = faults.some(({ kind }) => kind === 'wrong effect' || kind === 'doubled');
    console.log(seen ? '✓ the control found what was done twice' : '✗ the control found nothing that was done twice');
    return seen;
  }
  const good = drained && faults.length === 0 && given > 0;
  console.log(good ? '✓ every task ended well, and all was done once' : `✗ ${faults.length} faults`);
  return good;
}
