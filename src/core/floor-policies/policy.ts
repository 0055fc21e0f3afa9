import type { Floor } from '../floor/floor.ts';
import type { AgentId } from '../ids.ts';
import type { SaidMessage } from '../message.ts';
import type { AgentCard, Room } from '../room.ts';

/** Who is to speak, and why; the reason is shown to people. */
export interface Choice {
  readonly agent: AgentId;
  readonly reason: string;
}

export interface Question {
  readonly message: SaidMessage;
  readonly room: Room;
  readonly floor: Floor;
  /** The agents of the room that answer questions: all but the orchestrator and the sender. */
  readonly candidates: readonly AgentCard[];
}

/**
 * Decides who answers a message. Gives the agents in the order in which they speak; an empty list when nobody is to answer; or null
 * when this policy has no opinion and the next one is asked. Pure: no clock, no chance, no I/O.
 */
export type FloorPolicy = (question: Question) => readonly Choice[] | null;

const longestName = 60;

/** `asked by Mara`: a display name is anybody's choice, so it is cut. */
export function askedBy({ message, room }: Pick<Question, 'message' | 'room'>): string {
  const name = room.people.find(person => person.id === message.from)?.name.trim() ?? '';
  return name === '' ? 'asked' : `asked by ${[...name].slice(0, longestName).join('')}`;
}
