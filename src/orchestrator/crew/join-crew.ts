import type { Role } from '../../core/crew.ts';
import type { ProcessId } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Crew } from './crew.ts';
import { type Caretaking, takeCare } from './take-care.ts';
import { silenceMs, watch } from './watch.ts';

const beatMs = 2_000;
/** Shorter than what the others wait, so that what is under way at its end is over before somebody else begins. */
const holdMs = silenceMs - 2_000;

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

export interface Membership extends Crew {
  /** From now on this process may become the caretaker. */
  serve(caretaking: Caretaking): void;
  /** Tells the others that what this process was at is theirs. */
  leave(): Promise<void>;
}

/** Joins the processes of an installation: shows every two seconds that it lives, and sees to it that one of them is the caretaker. */
export async function joinCrew({ store, clock, elapsed, log, self, onLost }: JoinOptions): Promise<Membership> {
  const processes = store.collection('processes');
  const others = watch(processes, elapsed);
  const { id, ...about } = self;
  const joinedAt = elapsed();
  await processes.insert([{ _id: id, ...about, startedAt: clock.now(), state: 'here' }]);
  let heardAt = joinedAt;
  let lost = false;
  let left = false;
  let caretaking: Caretaking | null = null;
  let beating = Promise.resolve();
  let cancel = (): void => undefined;
  const tend = takeCare({ store, others, self: id, log, isOver: () => lost || left });

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

  async function beat(): Promise<void> {
    try {
      await speak();
    } catch (error) {
      log.warn({ err: error }, 'The other processes could not be told that this one lives; it is tried again.');
    }
    if (caretaking !== null) tend(caretaking);
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
      tend(given);
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
