import type { Clock } from '../../src/ports/clock.ts';
import type { Queue, TellsLengths } from '../../src/ports/queue.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { type Presence, watchPresence } from '../../src/redis/presence.ts';

/** What a queue of several processes is to one of them. */
export type SharedQueue = Queue & TellsLengths & { readonly presence: Presence };

/** A queue of several processes without a server: a key that is woken in one of them always runs in the same one that handles its topic. */
export interface SharedQueues {
  /** For one more process. */
  open(clock: Clock): SharedQueue;
  /** The server is lost: what is woken waits, in the process that wakes it. */
  leave(): void;
  comeBack(): void;
}

interface Member {
  readonly runs: Queue;
  readonly presence: Presence;
  readonly topics: Set<string>;
  readonly waiting: (readonly [topic: string, key: string])[];
}

export function sharedQueues(): SharedQueues {
  const members = new Set<Member>();
  const unhandled: Member['waiting'] = [];
  let away = false;

  function deliver(topic: string, key: string): void {
    const able = [...members].filter(({ topics }) => topics.has(topic));
    if (able.length === 0) unhandled.push([topic, key]);
    const sum = [...key].reduce((total, letter) => total + letter.charCodeAt(0), 0);
    able[sum % able.length]?.runs.wake(topic, key);
  }

  function become(now: boolean): void {
    away = now;
    for (const { presence } of members) presence.heard('test', !now);
  }

  return {
    open(clock) {
      const runs = localQueue({ clock });
      const presence = watchPresence(clock);
      const member: Member = { runs, presence, topics: new Set(), waiting: [] };
      members.add(member);
      return {
        ...runs,
        presence,
        wake(topic, key) {
          if (away) member.waiting.push([topic, key]);
          else deliver(topic, key);
        },
        handle(topic, handler) {
          member.topics.add(topic);
          runs.handle(topic, handler);
          for (const [woken, key] of unhandled.splice(0)) deliver(woken, key);
        },
        close(graceMs) {
          members.delete(member);
          presence.stop();
          return runs.close(graceMs);
        },
      };
    },
    leave: () => become(true),
    comeBack() {
      become(false);
      for (const { waiting } of members) for (const [topic, key] of waiting.splice(0)) deliver(topic, key);
    },
  };
}
