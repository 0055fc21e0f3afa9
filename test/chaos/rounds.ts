import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../crash/load.ts';
import { leftOvers } from '../crash/stored.ts';
import type { ChaosFault } from './check/faults.ts';
import { reading, readStored, type Stored } from './check/read-stored.ts';
import { crewFaults, verifyStored } from './check/verify-stored.ts';
import { reviveMembers } from './crew.ts';
import type { Installation } from './installation.ts';
import { carryOut } from './mishaps.ts';
import { describeMishap, type Round } from './plan.ts';

/** How long a round took, and what was seen right after it. */
export interface Played {
  readonly what: string;
  readonly mishaps: Round['mishaps'];
  readonly ms: number;
  /** From the end of the mishaps until nobody waited for an answer any more; null where that took too long. */
  readonly calmMs: number | null;
  readonly faults: readonly ChaosFault[];
}

/** Somebody is given up after eight to twelve seconds, and what they were at is taken over then. */
const calmPatienceMs = 60_000;
/** People go on for a moment when all is over. */
const afterwardsMs = 500;

/** People talk, something happens to them, and then it has to become calm. */
export async function playRound(installation: Installation, load: Load, round: Round): Promise<Played> {
  const begun = Date.now();
  load.start({ rested: false });
  const broken = await Promise.allSettled(round.mishaps.map(mishap => carryOut(installation, mishap)));
  await sleep(afterwardsMs);
  const over = Date.now();
  await load.stop();
  const { calm, ended } = await untilAnswered(installation, load);
  const what = round.mishaps.map(describeMishap).join(', ');
  const calmMs = calm ? Date.now() - over : null;
  return {
    what,
    mishaps: round.mishaps,
    ms: Date.now() - begun,
    calmMs,
    faults: [
      ...(calm
        ? []
        : [fault('not calm', `${load.book.waiting()} answers missing ${calmPatienceMs} ms after: ${what}`)]),
      ...ended.map(words => fault('broke down', words)),
      ...installation.members.flatMap(({ name, slowEndsMs }) =>
        slowEndsMs.splice(0).map(took => fault('slow to end', `${name} ended ${took} ms after it was told to`)),
      ),
      ...broken.flatMap(one =>
        one.status === 'rejected' ? [fault('broke down', `${what}: ${String(one.reason)}`)] : [],
      ),
    ],
  };
}

const fault = (kind: ChaosFault['kind'], what: string): ChaosFault => ({ kind, room: '', what });

/** Waits until nobody waits for an answer; starts again who ended without being asked. */
async function untilAnswered(installation: Installation, { book }: Load) {
  const end = Date.now() + calmPatienceMs;
  const ended: string[] = [];
  for (;;) {
    ended.push(...(await reviveMembers(installation.members)));
    if (book.waiting() === 0) return { calm: true, ended };
    if (Date.now() > end) return { calm: false, ended };
    await sleep(50);
  }
}

const living = ({ members }: Installation): number[] =>
  members.filter(({ parley }) => parley.running).map(({ parley }) => parley.pid);

/** Waits until nothing is wrong in the store any more, or the patience is over; gives what is wrong then. */
export function untilAtRest(
  installation: Installation,
  patienceMs: number,
): Promise<{ stored: Stored; faults: ChaosFault[] }> {
  return reading(installation, async store => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const crew = {
        processes: await store.collection('processes').find({ limit: 1_000 }),
        leases: await store.collection('leases').find({ limit: 1_000 }),
      };
      const settled = crewFaults(crew, living(installation)).length === 0 || Date.now() > end;
      if (settled) {
        const stored = await readStored(store);
        const faults = [...(await leftOvers(store)), ...verifyStored(stored, living(installation))];
        if (faults.length === 0 || Date.now() > end) return { stored, faults };
      }
      await sleep(500);
    }
  });
}
