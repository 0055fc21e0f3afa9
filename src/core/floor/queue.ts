import type { AgentId, MemberId } from '../ids.ts';
import type { AgentSpeaker, Floor, Speaker } from './floor.ts';
import { release } from './slot.ts';

/** How many may wait in one room. While so many wait, newer messages stay in the log and are dealt with when there is room. */
export const maxWaiting = 50;

export const isFull = (floor: Pick<Floor, 'queue'>): boolean => floor.queue.length >= maxWaiting;

/** What makes two requests the same one: an agent's turn, or the person. */
export const keyOf = (speaker: Speaker): string => (speaker.kind === 'agent' ? speaker.turn : speaker.person);

/** The agent that has the floor, or null where nobody or a person has it. */
export const speakingAgent = ({ currentSpeaker }: Pick<Floor, 'currentSpeaker'>): AgentSpeaker | null =>
  currentSpeaker?.kind === 'agent' ? currentSpeaker : null;

/** Puts speakers at the end of the queue, each once. */
export function enqueue<F extends Pick<Floor, 'queue' | 'currentSpeaker'>>(floor: F, speakers: readonly Speaker[]): F {
  const known = new Set([...floor.queue, ...(floor.currentSpeaker ? [floor.currentSpeaker] : [])].map(keyOf));
  const fresh = speakers.filter(speaker => !known.has(keyOf(speaker)));
  return fresh.length === 0 ? floor : { ...floor, queue: [...floor.queue, ...fresh] };
}

/** Somebody asks for the floor. The same floor where they wait or speak already, or where too many wait (`isFull`). */
export const request = (floor: Floor, speaker: Speaker): Floor => (isFull(floor) ? floor : enqueue(floor, [speaker]));

interface Withdrawal {
  readonly floor: Floor;
  /** Whose turns have to be ended, or who has to be told. */
  readonly withdrawn: readonly Speaker[];
}

function without(floor: Floor, matches: (speaker: Speaker) => boolean): Withdrawal {
  const withdrawn = floor.queue.filter(matches);
  if (withdrawn.length === 0) return { floor, withdrawn };
  return { floor: { ...floor, queue: floor.queue.filter(speaker => !matches(speaker)) }, withdrawn };
}

/** Takes the waiting agents that match out of the queue. */
export function withdraw(
  floor: Floor,
  matches: (speaker: AgentSpeaker) => boolean,
): { readonly floor: Floor; readonly withdrawn: readonly AgentSpeaker[] } {
  const left = without(floor, speaker => speaker.kind === 'agent' && matches(speaker));
  return { floor: left.floor, withdrawn: left.withdrawn.filter(speaker => speaker.kind === 'agent') };
}

/** Nobody waits any more. */
export const clear = (floor: Floor): Withdrawal => without(floor, () => true);

/** A person does not want to speak any more, or is not there: out of the queue, and the floor is given back. */
export function withdrawPerson(floor: Floor, person: MemberId, now: number): Floor {
  const speaks = floor.currentSpeaker?.kind === 'person' && floor.currentSpeaker.person === person;
  const left = without(floor, speaker => speaker.kind === 'person' && speaker.person === person).floor;
  return speaks ? release(left, now) : left;
}

const maxThreads = 100;

/** Remembers whom people speak to in a thread. */
export function address(floor: Floor, thread: string, agent: AgentId): Floor {
  if (floor.lastAddressed[thread] === agent) return floor;
  const others = Object.entries(floor.lastAddressed).filter(([key]) => key !== thread);
  return { ...floor, lastAddressed: Object.fromEntries([...others.slice(1 - maxThreads), [thread, agent]]) };
}

/**
 * Those who wait, as they will speak while nobody steps in: who was called, then people, so that a person waits for no more than one agent,
 * then agents; by `priority`, those that a person asked before the others.
 */
export function inOrder({ queue, moderator }: Pick<Floor, 'queue' | 'moderator'>): Speaker[] {
  const byWeight = moderator.kind === 'rule' && moderator.rule === 'priority';
  const weight = (speaker: Speaker): number => {
    if (speaker.granted) return 0;
    if (speaker.kind === 'person') return 1;
    return byWeight && !speaker.direct ? 3 : 2;
  };
  return queue.toSorted((a, b) => weight(a) - weight(b) || (byWeight ? a.since - b.since : 0));
}
