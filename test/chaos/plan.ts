import type { Random } from '../crash/random.ts';

/** What the plan acts on. Processes of Parley are numbered from 1: `worker-3`. */
export type Target = 'bridge' | 'worker' | 'redis' | 'mongodb' | 'synapse';

/**
 * `kill`: SIGKILL, and started again. `freeze`: SIGSTOP, later SIGCONT. `restart`: asked to end, and started again. `disconnect`: its
 * connections are broken and refused. `slow`: all that goes through them is late. `stall`: one direction says nothing any more. `skew`: its
 * clock is set. `flush`: forgets everything. `fill`: its disk is full.
 */
export type Way = 'kill' | 'freeze' | 'restart' | 'disconnect' | 'slow' | 'stall' | 'skew' | 'flush' | 'fill';

/** One thing that goes wrong, and is over by itself. */
export interface Mishap {
  readonly target: Target;
  /** Which of the bridges or workers, from 1. */
  readonly nth: number;
  readonly way: Way;
  /** From the beginning of the round, in milliseconds. */
  readonly afterMs: number;
  readonly lastsMs: number;
  /** `slow`: the delay in milliseconds; `skew`: what is added to the clock, in milliseconds; `stall`: 0 to it, 1 from it. Otherwise 0. */
  readonly amount: number;
}

export interface Round {
  readonly mishaps: readonly Mishap[];
}

export interface PlanOptions {
  readonly rounds: number;
  readonly bridges: number;
  readonly workers: number;
  /** What can't be done here, or is not wanted. */
  readonly allows?: (target: Target, way: Way) => boolean;
}

const everywhere = ['kill', 'freeze', 'restart', 'disconnect', 'slow', 'stall'] as const;
const waysOf: Readonly<Record<Target, readonly Way[]>> = {
  bridge: [...everywhere, 'skew'],
  worker: [...everywhere, 'skew'],
  redis: [...everywhere, 'flush'],
  mongodb: [...everywhere, 'fill'],
  synapse: [...everywhere, 'fill'],
};

/** How often a round has a second mishap. */
const twice = 0.35;

/** How long each way lasts, from and to, in milliseconds. */
const lasts: Readonly<Record<Way, readonly [number, number]>> = {
  kill: [0, 2_000],
  restart: [0, 500],
  freeze: [1_000, 4_000],
  disconnect: [200, 4_000],
  slow: [3_000, 6_000],
  stall: [2_000, 7_000],
  skew: [0, 0],
  flush: [0, 0],
  fill: [2_000, 5_000],
};
/** Long enough to be given up by the others. */
const longFreeze = [9_000, 12_000] as const;

/** What happens in each round. A seed gives the same plan again; each way happens to each target before one of them comes again. */
export function planRounds(random: Random, options: PlanOptions): Round[] {
  const deck = cards(options);
  if (deck.length === 0) throw new Error('nothing may happen: the plan would be empty');
  let left: Card[] = [];
  const draw = (): Mishap => {
    if (left.length === 0) left = shuffled(random, deck);
    return mishap(random, left.pop() as Card, options);
  };
  let postponed: Mishap | undefined;
  return Array.from({ length: options.rounds }, () => {
    const first = postponed ?? draw();
    const second = random.next() < twice ? draw() : undefined;
    // Two at once to the same would undo each other; the second one then begins the next round.
    postponed = second !== undefined && isSame(first, second) ? second : undefined;
    return { mishaps: second === undefined || postponed !== undefined ? [first] : [first, second] };
  });
}

const isSame = (one: Mishap, other: Mishap): boolean => one.target === other.target && one.nth === other.nth;

type Card = readonly [target: Target, way: Way];

function cards({ allows = () => true }: PlanOptions): Card[] {
  const all = Object.entries(waysOf) as [Target, readonly Way[]][];
  return all.flatMap(([target, ways]) => ways.filter(way => allows(target, way)).map((way): Card => [target, way]));
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

function mishap(random: Random, [target, way]: Card, { bridges, workers }: PlanOptions): Mishap {
  const many = { bridge: bridges, worker: workers }[target as string] ?? 1;
  const ours = target === 'bridge' || target === 'worker';
  const long = way === 'freeze' && ours && random.next() < 0.5;
  return {
    target,
    nth: random.between(1, many),
    way,
    afterMs: random.between(300, 2_500),
    lastsMs: random.between(...(long ? longFreeze : lasts[way])),
    amount: amountOf(random, way),
  };
}

function amountOf(random: Random, way: Way): number {
  if (way === 'slow') return random.between(20, 300);
  if (way === 'stall') return random.between(0, 1);
  return way === 'skew' ? random.between(-120_000, 120_000) : 0;
}

/** In words: `freezes worker 3 for 9.4 s`. */
export function describeMishap({ target, nth, way, lastsMs, amount }: Mishap): string {
  const who = target === 'bridge' || target === 'worker' ? `${target} ${nth}` : target;
  const how = way === 'slow' || way === 'skew' ? ` by ${amount} ms` : '';
  return `${way} ${who}${how}${lastsMs > 0 ? ` for ${(lastsMs / 1_000).toFixed(1)} s` : ''}`;
}
