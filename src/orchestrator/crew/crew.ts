import type { ProcessId } from '../../core/ids.ts';
import { processId } from '../../core/ids.ts';

/** The processes of an installation, as one of them sees the others. */
export interface Crew {
  /** This process. */
  readonly self: ProcessId;
  /** Whether there may be others. */
  readonly shared: boolean;
  /**
   * Whether the others still count on this process: what it is at, nobody else is. Ask right before each thing that people see. A process that
   * was frozen finds that the answer is no.
   */
  holds(): boolean;
  /** Whether a process has ended or was given up: what it was at is anybody's. */
  isGone(process: ProcessId): Promise<boolean>;
}

/** The only process there is: the lock of the data folder keeps others out, and whoever wrote here before has ended. */
export const soleCrew: Crew = {
  self: processId('sole'),
  shared: false,
  holds: () => true,
  isGone: async () => true,
};
