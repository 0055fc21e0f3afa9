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
  readonly allows?: (target: Target, way: Way, nth: number) => boolean;
  /** When each mishap begins and how long it lasts, from and to, in milliseconds. Left out: at the beginning, and by what it is. */
  readonly after?: readonly [number, number];
  readonly lasts?: readonly [number, number];
}

const everywhere = ['kill', 'freeze', 'restart', 'disconnect', 'slow', 'stall'] as const;
const waysOf: Readonly<Record<Target, readonly Way[]>> = {
  bridge: [...everywhere, 'skew'],
  worker: [...everywhere, 'skew'],
  redis: [...everywhere, 'flush'],
  mongodb: [...everywhere, 'fill'],
  synapse: [...everywhere, 'fill'],
};

/** How many mishaps a round has: two, and in every third round three. So thirty rounds are enough for everything to happen to everything. */
const atOnce = (round: number): number => (round % 3 === 0 ? 3 : 2);

/** How long each way lasts, from and to, in milliseconds. */
const lasts: Readonly<Record<Way, readonly [number, number]>> = {
  kill: [0, 1_500],
  restart: [0, 500],
  freeze: [1_000, 3_000],
  disconnect: [200, 3_000],
  slow: [2_000, 4_000],
  stall: [2_000, 5_000],
  skew: [0, 0],
  flush: [0, 0],
  fill: [2_000, 4_000],
};
/** Long enough to be given up by the others. */
const longFreeze = [9_000, 11_000] as const;
/** Long enough for work to go on without it. */
const longAway = [6_000, 10_000] as const;
const howOftenLong = 0.35;
const latestMs = 1_500;

/** What happens in each round. A seed gives the same plan again; each way happens to each of all before one of them comes again. */
export function planRounds(random: Random, options: PlanOptions): Round[] {
  const deck = cards(options);
  if (deck.length === 0) throw new Error('nothing may happen: the plan would be empty');
  const bodies = new Set(deck.map(nameOf)).size;
  let left: Card[] = [];
  const drawBeside = (others: readonly Card[]): Card => {
    // Two at once to the same would undo each other; the second one waits for a later round.
    const isFree = (card: Card): boolean => !others.some(other => nameOf(other) === nameOf(card));
    if (!left.some(isFree)) left = [...shuffled(random, deck), ...left];
    return left.splice(left.findLastIndex(isFree), 1)[0] as Card;
  };
  return Array.from({ length: options.rounds }, (_, round) => {
    const drawn: Card[] = [];
    while (drawn.length < Math.min(bodies, atOnce(round))) drawn.push(drawBeside(drawn));
    return { mishaps: drawn.map(card => mishap(random, card, options)) };
  });
}

/** One way for one of all. */
type Card = Pick<Mishap, 'target' | 'nth' | 'way'>;

const nameOf = ({ target, nth }: Card): string => `${target}-${nth}`;

function cards({ bridges, workers, allows = () => true }: PlanOptions): Card[] {
  const many: Partial<Record<Target, number>> = { bridge: bridges, worker: workers };
  const all = Object.entries(waysOf) as [Target, readonly Way[]][];
  return all.flatMap(([target, ways]) =>
    ways
      .flatMap(way => Array.from({ length: many[target] ?? 1 }, (_, index) => ({ target, way, nth: index + 1 })))
      .filter(({ way, nth }) => allows(target, way, nth)),
  );
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last);
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

function mishap(random: Random, card: Card, wanted: Pick<PlanOptions, 'after' | 'lasts'>): Mishap {
  const { way } = card;
  const longer = longerOf(card);
  const long = longer !== null && random.next() < howOftenLong;
  return {
    ...card,
    afterMs: random.between(...(wanted.after ?? ([0, latestMs] as const))),
    lastsMs: random.between(...(wanted.lasts ?? (long ? longer : lasts[way]))),
    amount: amountOf(random, way),
  };
}

/** How long it lasts now and then; null: never longer. */
function longerOf({ target, way }: Card): readonly [number, number] | null {
  if (target === 'redis') return way === 'kill' || way === 'freeze' || way === 'disconnect' ? longAway : null;
  return way === 'freeze' && (target === 'bridge' || target === 'worker') ? longFreeze : null;
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
