import type { Target, Way } from './plan.ts';

/** A safeguard that a control run takes away, and what has to be seen then. */
export interface Control {
  readonly what: string;
  /** The place in Parley's source, and what stands there without the safeguard. */
  readonly change: { readonly file: string; readonly from: string; readonly to: string };
  /** What happens in the run: what the safeguard is there for. */
  readonly allows: (target: Target, way: Way) => boolean;
  /** The kinds of faults of which one has to be found at least. */
  readonly finds: readonly string[];
}

export const controls: Readonly<Record<string, Control>> = {
  'random-ids': {
    what: 'what is sent again has another id',
    change: {
      file: '/bridges/matrix/txn-id.ts',
      from: 'export function deliveryTxnId',
      to: 'export const deliveryTxnId = (): string => globalThis.crypto.randomUUID();\nexport function formerDeliveryTxnId',
    },
    allows: (target, way) => target === 'worker' && (way === 'kill' || way === 'freeze'),
    finds: ['doubled'],
  },
  'no-takeover': {
    what: 'no process is ever given up',
    change: {
      file: '/src/orchestrator/crew/watch.ts',
      from: 'if (elapsed() - known.since < silenceMs) return false;',
      to: 'if (elapsed() >= 0) return false;',
    },
    allows: (target, way) => target === 'worker' && way === 'kill',
    finds: ['missing', 'left over', 'lease held'],
  },
};
