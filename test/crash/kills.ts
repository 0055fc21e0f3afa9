import { setTimeout as sleep } from 'node:timers/promises';
import type { ExternalWorld } from '../e2e/driver/external-world.ts';
import type { Load } from './load.ts';
import type { Random } from './random.ts';

const answerPatienceMs = 60_000;

/** Ways to kill; each leaves Parley and the homeserver running again. */
export interface Killed {
  readonly how: string;
  /** When it was killed, and when Parley said that it is ready, or answered; milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** SIGKILL at a random moment, now and then while it is still starting. */
export async function killParley(world: ExternalWorld, random: Random): Promise<Killed> {
  await sleep(random.between(0, 2_500));
  await world.parley.kill();
  const begun = Date.now();
  while (random.next() < 0.2) {
    world.parley.launch();
    await sleep(random.between(0, 1_500));
    await world.parley.kill();
  }
  await world.parley.start();
  return { how: 'random', from: begun, to: Date.now() };
}

/** Lets Parley kill itself at a step; `died` is false where it never came there in `patienceMs`. */
export async function killAtStep(
  world: ExternalWorld,
  at: string,
  patienceMs: number,
): Promise<{ readonly died: boolean; readonly away: readonly Killed[] }> {
  const stopped = Date.now();
  await world.parley.stop();
  world.parley.launch({ env: { PARLEY_KILL_AT: at } });
  const ready = await world.parley.waitForOutput('Parley is ready', patienceMs).then(Date.now, () => null);
  const died = await diesWithin(world, patienceMs);
  if (!died) await world.parley.kill();
  const from = Date.now();
  await world.parley.start();
  const away = ready === null ? [] : [{ how: 'stop', from: stopped, to: ready }];
  return { died, away: [...away, { how: at, from: ready === null ? stopped : from, to: Date.now() }] };
}

/** SIGKILL for the homeserver at a random moment, while Parley runs on; back is when the next answer is there. */
export async function killSynapse(world: ExternalWorld, random: Random, load: Load): Promise<Killed> {
  await sleep(random.between(200, 3_000));
  await world.synapse.kill();
  const begun = Date.now();
  await sleep(random.between(0, 1_000));
  await world.synapse.startAgain();
  const before = load.book.answered();
  const end = begun + answerPatienceMs;
  while (load.book.answered() === before && Date.now() < end) await sleep(20);
  return { how: 'homeserver', from: begun, to: Date.now() };
}

async function diesWithin(world: ExternalWorld, ms: number): Promise<boolean> {
  const end = Date.now() + ms;
  while (world.parley.running && Date.now() < end) await sleep(20);
  return !world.parley.running;
}
