import type { RoomMessage, RoomView } from './room-view.ts';

/** All messages of one turn of an agent. */
export interface Answer {
  readonly sender: string;
  readonly turn: string;
  readonly parts: readonly RoomMessage[];
  /** The first message. */
  readonly message: RoomMessage;
  /** The texts of all parts. */
  readonly text: string;
}

/** The answers to one message, complete or not, in the order in which they stand in the room. */
export function answersTo(view: RoomView, trigger: string): Answer[] {
  const turns = new Map<string, RoomMessage[]>();
  for (const message of view.messages()) {
    if (message.mark?.trigger !== trigger || message.redacted) continue;
    const turn = message.mark.turn ?? message.id;
    turns.set(turn, [...(turns.get(turn) ?? []), message]);
  }
  return [...turns].flatMap(([turn, parts]) => asAnswer(turn, parts));
}

/** Whether nothing more comes for this turn. */
export function isComplete(answer: Answer): boolean {
  const parts = answer.parts.findLast(part => part.mark?.parts !== undefined)?.mark?.parts;
  if (parts !== undefined && answer.parts.length < parts) return false;
  return answer.parts.every(part => part.mark?.state === 'complete');
}

function asAnswer(turn: string, parts: readonly RoomMessage[]): Answer[] {
  const sorted = [...parts].sort((a, b) => (a.mark?.part ?? 0) - (b.mark?.part ?? 0));
  const [message] = sorted;
  if (message === undefined) return [];
  return [{ sender: message.sender, turn, parts: sorted, message, text: sorted.map(part => part.body).join('\n\n') }];
}
