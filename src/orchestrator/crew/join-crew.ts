import type { Role } from '../../core/crew.ts';
import type { ProcessId } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Crew } from './crew.ts';
import { silenceMs, watch } from './watch.ts';

const beatMs = 2_000;
/** Shorter than what the others wait, so that what is under way at its end is over before somebody else begins. */
const holdMs = silenceMs - 2_000;
const caretaker = 'caretaker';
const mostProcesses = 1_000;

export interface JoinOptions {
  readonly store: Pick<Store, 'collection'>;
  readonly clock: Clock;
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly log: Log;
  readonly self: { readonly id: ProcessId; readonly role: Role; readonly host: string; readonly pid: number };
  /** The others have given this process up: it has to end what it is at, and may join again as a new one. Called once. */
  readonly onLost: () => void;
}

/** What one process does for all of them. */
export interface Caretaking {
  /** This process is the caretaker from now on. Called once at most. */
  begin(): void;
  /** A process is gone: what it was at has to be found. Repeated until it resolves. */
  takeOver(process: ProcessId): Promise<void>;
}

export interface Membership extends Crew {
  /** From now on this process may become the caretaker. */
  serve(caretaking: Caretaking): void;
  /** Tells the others that what this process was at is theirs. */
  leave(): Promise<void>;
}

/** Joins the processes of an installation: shows every two seconds that it lives, and sees to it that one of them is the caretaker. */
export async function joinCrew({ store, clock, elapsed, log, self, onLost }: JoinOptions): Promise<Membership> {
  const processes = store.collection('processes');
  const leases = store.collection('leases');
  const others = watch(processes, elapsed);
  const { id, ...about } = self;
  const joinedAt = elapsed();
  await processes.insert([{ _id: id, ...about, startedAt: clock.now(), state: 'here' }]);
  let heardAt = joinedAt;
  let lost = false;
  let left = false;
  let caretaking: Caretaking | null = null;
  let serving = false;
  let beating = Promise.resolve();
  let tending = false;
  let cancel = (): void => undefined;

  function lose(): void {
    if (lost || left) return;
    lost = true;
    log.error({ process: id }, 'The other processes have gone on without this one, which was silent for too long.');
    onLost();
  }

  async function speak(): Promise<void> {
    const at = elapsed();
    const record = await processes.get(id);
    if (record === null || record.state === 'gone') return lose();
    if ((await processes.replace(record)) !== null) heardAt = at;
  }

  /** Beside the beats: a take-over may take long, and must not keep this process from showing that it lives. One at a time. */
  function tend(): void {
    if (caretaking === null || tending || lost || left) return;
    tending = true;
    careFor(caretaking)
      .catch(error => {
        if (!left) log.warn({ err: error }, 'The other processes could not be looked after; it is tried again.');
      })
      .finally(() => {
        tending = false;
      });
  }

  async function careFor(given: Caretaking): Promise<void> {
    if (!serving && (await takeLease())) {
      serving = true;
      log.info({ process: id }, 'This process is the caretaker now.');
      given.begin();
    }
    if (serving) await lookAround(given);
  }

  /** Whether this process has it, or has got it. */
  async function takeLease(): Promise<boolean> {
    const lease = await leases.get(caretaker);
    if (lease === null) return (await leases.insert([{ _id: caretaker, holder: id }]))[0] === 'inserted';
    if (lease.holder === id) return true;
    return (await others.isGone(lease.holder)) && (await leases.replace({ ...lease, holder: id })) !== null;
  }

  async function lookAround({ takeOver }: Caretaking): Promise<void> {
    for (const { _id } of await processes.find({ limit: mostProcesses })) {
      if (lost || left) return;
      if (_id === id || !(await others.isGone(_id))) continue;
      log.warn({ process: _id }, 'A process is gone; what it was at is taken over.');
      await takeOver(_id);
      await processes.delete(_id);
    }
  }

  async function beat(): Promise<void> {
    try {
      await speak();
    } catch (error) {
      log.warn({ err: error }, 'The other processes could not be told that this one lives; it is tried again.');
    }
    tend();
    if (!lost && !left) cancel = clock.after(beatMs, again);
  }

  function again(): void {
    beating = beat();
  }
  cancel = clock.after(beatMs, again);

  return {
    self: id,
    shared: true,
    holds: () => !lost && !left && elapsed() - heardAt < holdMs,
    isGone: process => (process === id ? Promise.resolve(false) : others.isGone(process)),
    serve(given) {
      caretaking = given;
      tend();
    },
    async leave() {
      if (left) return;
      left = true;
      cancel();
      await beating;
      const record = await processes.get(id);
      if (record !== null) await processes.replace({ ...record, state: 'gone' });
    },
  };
}
