import type { Document } from './document.ts';
import type { ProcessId } from './ids.ts';

/** What a process does: `bridge` takes events from chat networks, `worker` decides and answers, `all` does both. */
export const roles = ['all', 'bridge', 'worker'] as const;
export type Role = (typeof roles)[number];

/** One of the processes of an installation. While it lives it raises the version of its document every few seconds. */
export interface ProcessRecord extends Document<ProcessId> {
  readonly role: Role;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  /** `gone`: it has ended, or was silent for so long that the others go on without it. There is no way back. */
  readonly state: 'here' | 'gone';
}

/** Something that one process at a time has. It is free when its holder is gone. */
export interface Lease extends Document {
  readonly holder: ProcessId;
}
