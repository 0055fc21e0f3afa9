import { record } from '../e2e/driver/room-view.ts';
import type { FakeEvent, FakeRoom } from '../fakes/homeserver/room.ts';

/** Which of the messages of a backlog have been answered so far, and how often. */
export interface BacklogAnswers {
  readonly rooms: readonly FakeRoom[];
  /** A message that is to be answered, or is too old for that. */
  expect(message: string, isAnswered: boolean): void;
  /** How many are still to be answered. */
  missing(): number;
  /** One line for each that is not answered just once, or was too old and is. */
  wrong(): string[];
}

/** Reads the rooms as far as they have come, each event once. */
export function backlogAnswers(rooms: readonly FakeRoom[]): BacklogAnswers {
  const wanted = new Map<string, boolean>();
  const seen = new Map<string, number>();
  const read = new Map<FakeRoom, number>();
  let missing = 0;

  function take({ content }: FakeEvent): void {
    const mark = record((record(content['m.new_content']) ?? content)['net.parley']);
    if (mark?.state !== 'complete' || mark.part !== 0) return;
    const covers = Array.isArray(mark.covers) ? mark.covers : [];
    for (const message of [mark.trigger, ...covers].map(String)) {
      const before = seen.get(message) ?? 0;
      seen.set(message, before + 1);
      if (before === 0 && wanted.get(message) === true) missing -= 1;
    }
  }

  function readOn(): void {
    for (const room of rooms) {
      for (let at = read.get(room) ?? 0; at < room.events.length; at += 1) take(room.events[at] as FakeEvent);
      read.set(room, room.events.length);
    }
  }

  return {
    rooms,
    expect(message, isAnswered) {
      wanted.set(message, isAnswered);
      if (isAnswered) missing += 1;
    },
    missing() {
      readOn();
      return missing;
    },
    wrong() {
      readOn();
      return [...wanted].flatMap(([message, isAnswered]) => {
        const times = seen.get(message) ?? 0;
        return times === (isAnswered ? 1 : 0) ? [] : [`${message} was answered ${times} times`];
      });
    },
  };
}
