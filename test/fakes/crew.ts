import { type MemoryBridge, memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import type { Role } from '../../src/core/crew.ts';
import { processId } from '../../src/core/ids.ts';
import { fencedBridge } from '../../src/orchestrator/crew/fenced-bridge.ts';
import { fencedStore } from '../../src/orchestrator/crew/fenced-store.ts';
import { joinCrew, type Membership } from '../../src/orchestrator/crew/join-crew.ts';
import type { Signal, Signals } from '../../src/ports/signals.ts';
import type { Store } from '../../src/ports/store.ts';
import { type HeldClock, heldClock } from './clock.ts';
import { type TestParley, testParley } from './installation.ts';

/** What several processes have in common. */
export interface Common {
  readonly store: Store;
  readonly network: MemoryBridge['network'];
  readonly signals: () => Signals;
}

export interface Process extends TestParley {
  readonly crew: Membership;
  /** Time of this process only: one whose clock stands is frozen, as far as its timers go. */
  readonly clock: HeldClock;
  /** What happened to it among the others. */
  readonly seen: string[];
}

/** One of several processes that work together. */
export async function processOf(
  { store, network, signals }: Common,
  name: string,
  given: { readonly role: Role } & Omit<NonNullable<Parameters<typeof testParley>[0]>, 'store' | 'bridge' | 'clock'>,
): Promise<Process> {
  const clock = heldClock();
  const seen: string[] = [];
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const self = { id: processId(name), role: given.role, host: 'here', pid: 1 };
  const crew = await joinCrew({ store, clock, elapsed: clock.now, log, self, onLost: () => void seen.push('lost') });
  const made = await testParley({
    ...given,
    clock,
    crew,
    signals: signals(),
    store: fencedStore(store, crew),
    bridge: fencedBridge(memoryBridge(network), crew),
  });
  crew.serve({
    begin() {
      seen.push('caretaker');
      made.finding.looks.serve();
      void made.orchestrator.takeCare();
    },
    async takeOver(process) {
      seen.push(`takes over ${process}`);
      await made.orchestrator.takeCare();
    },
  });
  await clock.advance(0);
  return { ...made, crew, clock, seen };
}

/** Signals between processes that are one process in truth. */
export function loudHall(): () => Signals {
  const ears = new Set<((signal: Signal) => void)[]>();
  return () => {
    const own: ((signal: Signal) => void)[] = [];
    ears.add(own);
    return {
      send(signal) {
        for (const other of ears) if (other !== own) for (const hear of other) hear(signal);
      },
      listen: hear => void own.push(hear),
      close: async () => void ears.delete(own),
    };
  };
}
