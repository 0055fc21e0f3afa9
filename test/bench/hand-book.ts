import type { ChatId } from '../../src/core/ids.ts';
import type { HeldClock } from '../fakes/clock.ts';
import type { InProcess } from './in-process.ts';

const personSpeaksMs = 3000;

export interface HandBook {
  /** A person asks for the floor, unless they wait for it already. */
  raise(scene: InProcess, chat: ChatId, person: string): void;
  /** Somebody has the floor. */
  granted(chat: string, speaker: string): void;
  /** Where people give the floor back. */
  yieldAs(scene: InProcess): void;
  /** For each hand that was raised: how many agents got the floor before that person. */
  overtaken(): readonly number[];
}

/** Who raised a hand, and how many agents got the floor until that person had it. A person who has it gives it back a little later. */
export function handBook(clock: HeldClock): HandBook {
  const waiting = new Map<string, number>();
  const done: number[] = [];
  let scene: InProcess | null = null;
  const personOf = (member: string): string => member.slice(member.indexOf('@') + 1);
  return {
    raise({ bridge }, chat, person) {
      if (waiting.has(person)) return;
      waiting.set(person, 0);
      bridge.person(personOf(person)).say(chat, '!floor ask');
    },
    granted(chat, speaker) {
      const overtaken = waiting.get(speaker);
      if (overtaken === undefined) {
        for (const [person, count] of waiting) waiting.set(person, count + 1);
        return;
      }
      waiting.delete(speaker);
      done.push(overtaken);
      clock.after(personSpeaksMs, () => {
        scene?.bridge.person(personOf(speaker)).say(chat as ChatId, '!floor ask off');
      });
    },
    /** Where people give the floor back. */
    yieldAs(opened) {
      scene = opened;
    },
    overtaken: () => [...done, ...waiting.values()],
  };
}
