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
  /** How long it lasts, from and to, in milliseconds; left out: as it does otherwise. */
  readonly lasts?: readonly [number, number];
  /** Everybody asks for what grows for seconds, where it is missed only then. */
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
    // Given up after eight to twelve seconds; whoever takes over is to have come to the end of an answer before it wakes up.
    allows: (target, way, nth) => target === 'worker' && nth === 1 && way === 'freeze',
    lasts: [19_000, 20_000],
    growing: true,
    finds: ['late edit', 'doubled', 'disorder'],
  },
};
