import type { Target, Way } from './plan.ts';

export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A safeguard that a control run takes away, and what has to be seen then. */
export interface Control {
  readonly what: string;
  /** The places in Parley's source, and what stands there without the safeguard. */
  readonly changes: readonly Change[];
  /** What happens in the run: what the safeguard is there for. */
  readonly allows: (target: Target, way: Way, nth: number) => boolean;
  /** When it begins in a round and how long it lasts, from and to, in milliseconds; left out: as it does otherwise. */
  readonly after?: readonly [number, number];
  readonly lasts?: readonly [number, number];
  /** Everybody asks for what grows for long, and the model is quick where it is asked again: where it is missed only then. */
  readonly growing?: true;
  /** The kinds of faults of which one has to be found at least. */
  readonly finds: readonly string[];
}

export const controls: Readonly<Record<string, Control>> = {
  'random-ids': {
    what: 'what is sent again has another id',
    changes: [
      {
        file: '/bridges/matrix/txn-id.ts',
        from: 'export function deliveryTxnId',
        to: 'export const deliveryTxnId = (): string => globalThis.crypto.randomUUID();\nexport function formerDeliveryTxnId',
      },
    ],
    allows: (target, way) => target === 'worker' && (way === 'kill' || way === 'freeze'),
    finds: ['doubled'],
  },
  'no-takeover': {
    what: 'no process is ever given up',
    changes: [
      {
        file: '/src/orchestrator/crew/watch.ts',
        from: 'if (elapsed() - known.since < silenceMs) return false;',
        to: 'if (elapsed() >= 0) return false;',
      },
    ],
    allows: (target, way) => target === 'worker' && way === 'kill',
    finds: ['missing', 'left over', 'lease held'],
  },
  'no-fence': {
    what: 'a process that was given up goes on with what it was at, and nobody puts that right',
    changes: [
      {
        file: '/src/orchestrator/crew/join-crew.ts',
        from: 'holds: () => !lost && !left && elapsed() - heardAt < holdMs,',
        to: 'holds: () => true,',
      },
      {
        file: '/src/orchestrator/crew/join-crew.ts',
        from: "if (record === null || record.state === 'gone') return lose();",
        to: "if (record === null || record.state === 'gone') return;",
      },
      {
        file: '/src/orchestrator/turns/mend-ending.ts',
        from: "if (turn?.state === 'done') await mend(parley, turn);",
        to: '',
      },
    ],
    // An answer is shown after four seconds, and grows for twenty-four. Given up after eight to twelve; then another process brings it to its end.
    // When the first one wakes up, its own still grows.
    allows: (target, way, nth) => target === 'worker' && nth === 1 && way === 'freeze',
    after: [5_000, 6_000],
    lasts: [13_000, 14_000],
    growing: true,
    finds: ['late edit', 'doubled', 'disorder'],
  },
};
