import type { ProcessId } from '../../core/ids.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Watch } from './watch.ts';

const caretaker = 'caretaker';
const mostProcesses = 1_000;

/** What one process does for all of them. */
export interface Caretaking {
  /** This process is the caretaker from now on. Called once at most. */
  begin(): void;
  /** A process is gone: what it was at has to be found. Repeated until it resolves. */
  takeOver(process: ProcessId): Promise<void>;
}

interface CareOptions {
  readonly store: Pick<Store, 'collection'>;
  readonly others: Watch;
  readonly self: ProcessId;
  readonly log: Log;
  /** Whether this process has left, or was given up. */
  readonly isOver: () => boolean;
}

/** Gives what sees to it that one process is the caretaker, and that whoever is gone is taken over. Beside the beats, as that may take long; one at a time. */
export function takeCare({ store, others, self, log, isOver }: CareOptions): (caretaking: Caretaking) => void {
  const processes = store.collection('processes');
  const leases = store.collection('leases');
  let serving = false;
  let tending = false;

  /** Whether this process has it, or has got it. */
  async function takeLease(): Promise<boolean> {
    const lease = await leases.get(caretaker);
    if (lease === null) return (await leases.insert([{ _id: caretaker, holder: self }]))[0] === 'inserted';
    if (lease.holder === self) return true;
    return (await others.isGone(lease.holder)) && (await leases.replace({ ...lease, holder: self })) !== null;
  }

  async function lookAround({ takeOver }: Caretaking): Promise<void> {
    for (const { _id } of await processes.find({ limit: mostProcesses })) {
      if (isOver()) return;
      if (_id === self || !(await others.isGone(_id))) continue;
      log.warn({ process: _id }, 'A process is gone; what it was at is taken over.');
      await takeOver(_id);
      await processes.delete(_id);
    }
  }

  async function careFor(caretaking: Caretaking): Promise<void> {
    if (!serving && (await takeLease())) {
      serving = true;
      log.info({ process: self }, 'This process is the caretaker now.');
      caretaking.begin();
    }
    if (serving) await lookAround(caretaking);
  }

  return caretaking => {
    if (tending || isOver()) return;
    tending = true;
    careFor(caretaking)
      .catch(error => {
        if (!isOver()) log.warn({ err: error }, 'The other processes could not be looked after; it is tried again.');
      })
      .finally(() => {
        tending = false;
      });
  };
}
