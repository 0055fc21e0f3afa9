import { setImmediate } from 'node:timers';
import { isParleyError } from '../core/errors.ts';
import type { DomainEvent } from '../core/events/event.ts';
import { pauseAfter } from '../core/pause-after.ts';
import type { Subscription } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Entry, Kept, Line } from './line.ts';

/** The subscribers of one group in this process. */
export interface Group {
  readonly subscription: Subscription;
  /** Returns at once. `kept` is called when the event is handled, or kept elsewhere, or given up. */
  push(event: DomainEvent, kept: Kept): void;
  /** Pauses no more; resolves when nothing waits. */
  end(): Promise<void>;
  /** Gives up what still waits, or leaves it where it came from. */
  abandon(): void;
}

interface State {
  readonly subscription: Subscription;
  readonly clock: Clock;
  readonly log: Log;
  readonly letters: DeadLetters;
  /** Whether what is not done at the end stays where it came from, for somebody else. */
  readonly leaves: boolean;
  readonly lines: Map<string, Line>;
  /** Lines whose first event can be handled. */
  readonly ready: Line[];
  readonly idle: PromiseWithResolvers<void>;
  size: number;
  running: number;
  scheduled: boolean;
  overflowing: boolean;
  ended: boolean;
}

const keysAtOnce = 64;

export type GroupOptions = Pick<State, 'subscription' | 'clock' | 'log' | 'letters'> & Partial<Pick<State, 'leaves'>>;

export function newGroup(given: GroupOptions): Group {
  const group: State = {
    leaves: false,
    ...given,
    lines: new Map(),
    ready: [],
    idle: Promise.withResolvers<void>(),
    size: 0,
    running: 0,
    scheduled: false,
    overflowing: false,
    ended: false,
  };
  return {
    subscription: given.subscription,
    push: (event, kept) => push(group, { event, kept }),
    end: () => end(group),
    abandon: () => abandon(group),
  };
}

function push(group: State, entry: Entry): void {
  const { key } = entry.event;
  if (group.size >= group.subscription.most) {
    overflow(group, entry);
    return;
  }
  group.size += 1;
  const line = group.lines.get(key);
  if (line !== undefined) {
    line.waiting.push(entry);
    return;
  }
  const made: Line = { key, waiting: [entry], failures: 0, cancelPause: null };
  group.lines.set(key, made);
  makeReady(group, made);
}

function overflow(group: State, entry: Entry): void {
  const { group: name, durable, most } = group.subscription;
  const where = durable ? 'what comes now is kept in dead_letters' : 'it misses what comes now';
  if (!group.overflowing) group.log.warn({ group: name, most }, `A subscriber is too far behind; ${where}.`);
  group.overflowing = true;
  giveUp(group, entry, { error: 'The subscriber was too far behind.', attempts: 0 });
}

/** In the next turn of the event loop: whoever publishes is not held up. */
function makeReady(group: State, line: Line): void {
  group.ready.push(line);
  if (group.scheduled) return;
  group.scheduled = true;
  setImmediate(() => {
    group.scheduled = false;
    start(group);
  });
}

function start(group: State): void {
  while (group.running < keysAtOnce) {
    const line = group.ready.shift();
    if (line === undefined) return;
    void handleFirst(group, line);
  }
}

async function handleFirst(group: State, line: Line): Promise<void> {
  const [entry] = line.waiting;
  if (entry === undefined) return;
  group.running += 1;
  try {
    await group.subscription.handle(entry.event);
    entry.kept(true);
    next(group, line);
  } catch (error) {
    failed(group, line, { entry, error });
  }
  group.running -= 1;
  start(group);
}

/** The first of the line is done with. */
function next(group: State, line: Line): void {
  line.failures = 0;
  if (line.waiting.shift() !== undefined) group.size -= 1;
  if (group.size < group.subscription.most / 2) group.overflowing = false;
  if (line.waiting.length > 0) makeReady(group, line);
  else group.lines.delete(line.key);
  if (group.ended && group.lines.size === 0) group.idle.resolve();
}

function failed(group: State, line: Line, { entry, error }: { entry: Entry; error: unknown }): void {
  const { group: name, attempts } = group.subscription;
  line.failures += 1;
  const tired = line.failures >= attempts;
  const fields = { group: name, event: entry.event.id, attempt: line.failures, err: error };
  if (!tired && group.ended && group.leaves) {
    abandonLine(group, line);
  } else if (tired || group.ended) {
    group.log.error(fields, 'A subscriber could not handle an event; it goes on with the next one.');
    giveUp(group, entry, { error: textOf(error), attempts: line.failures });
    next(group, line);
  } else {
    group.log.warn(fields, 'A subscriber failed; it is tried again.');
    line.cancelPause = group.clock.after(pauseAfter(line.failures), () => resume(group, line));
  }
}

function resume(group: State, line: Line): void {
  line.cancelPause?.();
  line.cancelPause = null;
  makeReady(group, line);
}

/** The message of a foreign error may quote what somebody wrote. */
const textOf = (error: unknown): string =>
  isParleyError(error) ? `${error.code}: ${error.message}` : error instanceof Error ? error.name : typeof error;

function giveUp(group: State, { event, kept }: Entry, why: { error: string; attempts: number }): void {
  const { group: name, durable } = group.subscription;
  if (durable) group.letters.put({ group: name, event, raw: null, ...why }, () => kept(false));
  else kept(false);
}

function end(group: State): Promise<void> {
  group.ended = true;
  for (const line of group.lines.values()) if (line.cancelPause !== null) resume(group, line);
  if (group.lines.size === 0) group.idle.resolve();
  return group.idle.promise;
}

function abandonLine(group: State, line: Line): void {
  group.lines.delete(line.key);
  group.size -= line.waiting.length;
  if (group.lines.size === 0) group.idle.resolve();
}

function abandon(group: State): void {
  for (const { waiting, failures, cancelPause } of group.lines.values()) {
    cancelPause?.();
    if (group.leaves) continue;
    for (const [index, entry] of waiting.entries()) {
      giveUp(group, entry, { error: 'Parley ended before it was handled.', attempts: index === 0 ? failures : 0 });
    }
  }
  group.lines.clear();
  group.ready.length = 0;
  group.size = 0;
}
