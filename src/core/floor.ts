import type { Document, Draft } from './document.ts';
import type { AgentId, ChatId, MessageId, TurnId } from './ids.ts';

/** Somebody who waits for the floor, or has it. */
export interface Speaker {
  readonly turn: TurnId;
  readonly agent: AgentId;
  readonly reason: string;
  /** The message that it answers, or null. */
  readonly trigger: MessageId | null;
}

/** The floor of a chat: who speaks, who waits, and how far the log has been dealt with. `_id` is the chat's id. */
export interface Floor extends Document<ChatId> {
  /** The `order` of the last message that has been dealt with. */
  readonly handledThrough: number;
  readonly currentSpeaker: Speaker | null;
  readonly queue: readonly Speaker[];
  /** Whom people last spoke to, by thread (`''` is the main timeline); at most 100 threads, the latest. */
  readonly lastAddressed: Readonly<Record<string, AgentId>>;
  /** Turns of agents since a person last spoke. */
  readonly turnsSincePerson: number;
}

/** How many may wait in one room. While so many wait, newer messages stay in the log and are dealt with when there is room. */
export const maxWaiting = 50;
const maxThreads = 100;

export const emptyFloor = (chat: ChatId): Draft<Floor> => ({
  _id: chat,
  handledThrough: 0,
  currentSpeaker: null,
  queue: [],
  lastAddressed: {},
  turnsSincePerson: 0,
});

/** Puts speakers at the end of the queue, each turn once. */
export function enqueue<F extends Pick<Floor, 'queue' | 'currentSpeaker'>>(floor: F, speakers: readonly Speaker[]): F {
  const known = new Set([...floor.queue, ...(floor.currentSpeaker ? [floor.currentSpeaker] : [])].map(s => s.turn));
  const fresh = speakers.filter(speaker => !known.has(speaker.turn));
  return fresh.length === 0 ? floor : { ...floor, queue: [...floor.queue, ...fresh] };
}

/** Takes those who wait and match out of the queue. */
export function withdraw(floor: Floor, matches: (speaker: Speaker) => boolean): { floor: Floor; withdrawn: Speaker[] } {
  const withdrawn = floor.queue.filter(matches);
  if (withdrawn.length === 0) return { floor, withdrawn };
  return { floor: { ...floor, queue: floor.queue.filter(speaker => !matches(speaker)) }, withdrawn };
}

/** Gives the floor to the first in the queue, if nobody has it. */
export function grantNext(floor: Floor): Floor {
  const [next, ...rest] = floor.queue;
  return floor.currentSpeaker !== null || next === undefined ? floor : { ...floor, currentSpeaker: next, queue: rest };
}

/** Ends the speaker's turn. */
export function release(floor: Floor): Floor {
  return { ...floor, currentSpeaker: null, turnsSincePerson: floor.turnsSincePerson + 1 };
}

/** Remembers whom people speak to in a thread. */
export function address(floor: Floor, thread: string, agent: AgentId): Floor {
  if (floor.lastAddressed[thread] === agent) return floor;
  const others = Object.entries(floor.lastAddressed).filter(([key]) => key !== thread);
  return { ...floor, lastAddressed: Object.fromEntries([...others.slice(1 - maxThreads), [thread, agent]]) };
}
