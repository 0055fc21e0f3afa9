import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { problemOf, type RedisClient } from '../../redis/connect.ts';
import type { DeadLetters } from '../dead-letters.ts';
import type { Group } from '../group.ts';
import { beatMs, type Leases, leaseMs, leasesOf } from './leases.ts';
import { openPartition, type Partition } from './partition.ts';
import { consumer } from './pending.ts';
import { isSpoiled, removeSpoiled } from './remove-spoiled.ts';
import { type Keys, partitionOf, partitions, type RawEntry } from './streams.ts';

/** A group of which each event goes to one process. */
export interface DurableGroup {
  /** Resolves when the group is known to Redis: what is published from then on is heard. */
  readonly listening: Promise<void>;
  /** What puts an event of this key to the group by hand, and says whether it did; null where another process has the key. */
  pushFor(key: string): ((...given: Parameters<Group['push']>) => boolean) | null;
  /** Lets what is there be handled; resolves when nothing waits here. */
  end(): Promise<void>;
  /** Leaves what still waits to other processes. */
  leave(): Promise<void>;
}

export interface DurableOptions {
  readonly subscription: Subscription;
  readonly clock: Clock;
  readonly log: Log;
  readonly letters: DeadLetters;
  readonly commands: RedisClient;
  /** Of its own, as reading blocks it. */
  readonly reading: RedisClient;
  readonly keys: Keys;
  readonly token: string;
  /** Milliseconds by a clock that nobody sets. */
  readonly elapsed: () => number;
}

const blockMs = 250;
/** Where some partitions wait for room, the others must not hold them up. */
const shortBlockMs = 2;
const pauseMs = 100;
const atOnce = 200;

interface State extends DurableOptions {
  readonly leases: Leases;
  /** Those that are read, by number. */
  readonly mine: Map<number, Partition>;
  /** Those that are given back as soon as nothing of them runs. */
  readonly leaving: Map<number, 'running' | 'done'>;
  heldUntil: number;
  ending: boolean;
  ended: boolean;
}

export function durableGroup(options: DurableOptions): DurableGroup {
  const { commands, keys, token, subscription } = options;
  const state: State = {
    ...options,
    leases: leasesOf(commands, { keys, group: subscription.group, token }),
    mine: new Map(),
    leaving: new Map(),
    heldUntil: 0,
    ending: false,
    ended: false,
  };
  const listening = untilDone(state, async () => {
    await makeGroups(state);
    await beat(state);
  });
  const beating = listening.then(() => keepBeating(state));
  const reading = listening.then(() => keepReading(state));
  return {
    listening,
    pushFor(key) {
      const number = partitionOf(key);
      if (!state.mine.has(number)) return null;
      return (event, kept) => {
        const partition = state.mine.get(number);
        partition?.push(event, kept);
        return partition !== undefined;
      };
    },
    async end() {
      state.ending = true;
      await reading;
      await Promise.all([...state.mine.values()].map(partition => partition.end()));
    },
    async leave() {
      state.ending = true;
      state.ended = true;
      for (const partition of state.mine.values()) void partition.drop();
      await state.leases.leave().catch(() => undefined);
      state.reading.disconnect();
      void beating;
    },
  };
}

/** Tries until it goes through, or the bus ends. */
async function untilDone(state: State, act: () => Promise<void>): Promise<void> {
  while (!state.ended) {
    try {
      return await act();
    } catch (error) {
      tell(state, error);
      await sleep(pauseMs, undefined, { ref: false });
    }
  }
}

function tell({ log, subscription, commands, keys }: State, error: unknown): void {
  log.debug({ group: subscription.group, problem: problemOf(error) }, 'Redis failed; again.');
  if (isSpoiled(error)) void removeSpoiled({ client: commands, keys, log }, [subscription.group]);
}

/** A Redis that was flushed has forgotten them; what it holds then is new. */
async function makeGroups({ commands, keys, subscription }: State): Promise<void> {
  for (let number = 0; number < partitions; number += 1) {
    await commands.xgroup('CREATE', keys.stream(number), subscription.group, '0', 'MKSTREAM').catch(unlessThere);
  }
}

function unlessThere(error: unknown): void {
  if (!/BUSYGROUP/.test(String(error))) throw error;
}

async function keepBeating(state: State): Promise<void> {
  while (!state.ended) {
    await sleep(beatMs, undefined, { ref: false });
    if (state.ended) return;
    await beat(state).catch(error => tell(state, error));
    if (state.elapsed() > state.heldUntil) loseAll(state);
  }
}

async function beat(state: State): Promise<void> {
  const begun = state.elapsed();
  const back = [...state.leaving].filter(([, how]) => how === 'done').map(([number]) => number);
  const { share, held } = await state.leases.beat(back);
  if (state.ended) return;
  // It stood still, or the answer took too long: what began in between waits for ever, so all is taken up once more.
  if (state.elapsed() > state.heldUntil) loseAll(state);
  state.heldUntil = begun + leaseMs;
  for (const number of back) state.leaving.delete(number);
  for (const number of state.mine.keys()) if (!held.includes(number)) giveUp(state, number);
  const wanted = held.filter(number => !state.leaving.has(number));
  for (const number of wanted.slice(share)) giveUp(state, number);
  for (const number of wanted.slice(0, share)) if (!state.mine.has(number)) void takeUp(state, number);
}

/** Reads it no more; once nothing of it runs, others may have it. */
function giveUp(state: State, number: number): void {
  const partition = state.mine.get(number);
  state.mine.delete(number);
  state.leaving.set(number, 'running');
  void (partition?.drop() ?? Promise.resolve()).then(() => {
    if (state.leaving.has(number)) state.leaving.set(number, 'done');
  });
}

function loseAll(state: State): void {
  for (const number of [...state.mine.keys()]) giveUp(state, number);
}

async function takeUp(state: State, number: number): Promise<void> {
  const { subscription, clock, log, letters, commands: client, keys } = state;
  const holds = (): boolean => state.elapsed() < state.heldUntil;
  const partition = openPartition({ subscription, clock, log, letters, client, stream: keys.stream(number), holds });
  state.mine.set(number, partition);
  try {
    await partition.takeOver();
  } catch (error) {
    tell(state, error);
    if (/NOGROUP/.test(String(error))) await makeGroups(state).catch(() => undefined);
    // The next beat takes it up again.
    if (state.mine.get(number) === partition) state.mine.delete(number);
    void partition.drop();
  }
}

async function keepReading(state: State): Promise<void> {
  while (!state.ended) {
    const isMore = await readSome(state).catch(async (error: unknown) => {
      tell(state, error);
      if (/NOGROUP/.test(String(error))) await makeGroups(state).catch(() => undefined);
      await sleep(pauseMs, undefined, { ref: false });
      return false;
    });
    if (!isMore && state.ending) return;
  }
}

/** Gives whether more may be there: something came, or a partition is not taken over yet, or is full. */
async function readSome(state: State): Promise<boolean> {
  const { reading, subscription, mine } = state;
  const ready = [...mine.values()].filter(partition => partition.hasRoom());
  if (ready.length === 0 || state.elapsed() > state.heldUntil) {
    await sleep(ready.length === 0 ? shortBlockMs : pauseMs, undefined, { ref: false });
    return mine.size > 0 && ready.length === 0;
  }
  const streams = ready.map(({ stream }) => stream);
  const block = ready.length < mine.size ? shortBlockMs : blockMs;
  const reply = await reading.xreadgroup(
    'GROUP',
    subscription.group,
    consumer,
    'COUNT',
    atOnce,
    'BLOCK',
    block,
    'STREAMS',
    ...streams,
    ...streams.map(() => '>'),
  );
  const answers = (reply ?? []) as [string, RawEntry[]][];
  for (const [stream, entries] of answers) {
    const partition = ready.find(one => one.stream === stream);
    for (const entry of entries) partition?.take(entry);
  }
  return answers.length > 0 || ready.length < mine.size;
}
