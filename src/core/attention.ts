import type { ChatId, TurnId } from './ids.ts';

/** What the priority of a dialogue is made of. Each is 0 or more, about 1 when it fully applies. */
export interface AttentionTerms {
  /** The agent was called by name. */
  readonly mention: number;
  /** One person, one agent: nobody else can answer. */
  readonly directMessage: number;
  /** What waits is due: 1 at the deadline. */
  readonly deadline: number;
  /** The agent is in the middle of this dialogue: 1 right after it last spoke there, fading over ten minutes. */
  readonly relationship: number;
  /** Minutes of waiting. It grows without end, so that nobody waits for ever. */
  readonly waiting: number;
}

export type AttentionWeights = Readonly<Record<keyof AttentionTerms, number>>;

/** A dialogue that waits for an agent. */
export interface Waiting {
  readonly turn: TurnId;
  readonly dialogue: ChatId;
  readonly mention: boolean;
  readonly directMessage: boolean;
  /** Milliseconds since 1970, or null. */
  readonly deadline: number | null;
  /** When the agent last spoke in this dialogue, or null. */
  readonly lastInteraction: number | null;
  readonly waitingSince: number;
}

const minute = 60_000;
const fadesAfter = 10 * minute;
const dueWithin = 60 * minute;

/** What speaks for a dialogue now. Pure. */
export function termsOf(waiting: Waiting, now: number): AttentionTerms {
  const { mention, directMessage, deadline, lastInteraction, waitingSince } = waiting;
  const share = (part: number): number => Math.min(1, Math.max(0, part));
  return {
    mention: mention ? 1 : 0,
    directMessage: directMessage ? 1 : 0,
    deadline: deadline === null ? 0 : share(1 - (deadline - now) / dueWithin),
    relationship: lastInteraction === null ? 0 : share(1 - (waitingSince - lastInteraction) / fadesAfter),
    waiting: Math.max(0, now - waitingSince) / minute,
  };
}

export function priorityOf(waiting: Waiting, weights: AttentionWeights, now: number): number {
  const terms = termsOf(waiting, now);
  return termNames.reduce((sum, name) => sum + weights[name] * terms[name], 0);
}

/** What an agent is at, by how many dialogues it works in and how many wait for it. */
export type WorkStatus = 'idle' | 'active' | 'busy';

export const workStatus = (focus: number, waiting: number): WorkStatus =>
  focus === 0 && waiting === 0 ? 'idle' : waiting === 0 ? 'active' : 'busy';

const inWords: Readonly<Record<keyof AttentionTerms, string>> = {
  mention: 'mentioned',
  directMessage: 'direct message',
  deadline: 'due soon',
  relationship: 'in the middle of it',
  waiting: 'waits longest',
};

/** What speaks most for a dialogue, in a few words. */
export function mainReason(waiting: Waiting, weights: AttentionWeights, now: number): string {
  const terms = termsOf(waiting, now);
  const [first] = termNames.toSorted((a, b) => weights[b] * terms[b] - weights[a] * terms[a]);
  return first === undefined || weights[first] * terms[first] === 0 ? 'next in line' : inWords[first];
}

export const termNames = ['mention', 'directMessage', 'deadline', 'relationship', 'waiting'] as const;

/** Those who wait, the next one first. Equal ones in the order in which they came. */
export function byPriority(all: readonly Waiting[], weights: AttentionWeights, now: number): Waiting[] {
  return all
    .map(waiting => ({ waiting, priority: priorityOf(waiting, weights, now) }))
    .sort((a, b) => b.priority - a.priority || compare(a.waiting, b.waiting))
    .map(({ waiting }) => waiting);
}

const compare = (a: Waiting, b: Waiting): number =>
  a.waitingSince - b.waitingSince || (a.turn < b.turn ? -1 : a.turn > b.turn ? 1 : 0);
