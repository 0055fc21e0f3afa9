import type { RedisClient } from '../../redis/connect.ts';

/** Says to Redis what was handled. */
export interface Acknowledging {
  add(id: string): void;
  /** Says at once all that was handled until now; resolves when Redis has heard it, or does not hear. */
  flush(): Promise<void>;
}

/** So long, or until so many are there: one command costs as much as a hundred entries in it. */
const gatherMs = 5;
const enough = 200;
const againMs = 200;

/** What Redis does not take is said again with the next. A process that dies in between leaves what is handled again: a repeat. */
export function acknowledging(client: RedisClient, stream: string, group: string): Acknowledging {
  let waiting: string[] = [];
  let sending: Promise<void> | null = null;
  let scheduled = false;

  function later(ms: number): void {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      void send();
    }, ms).unref();
  }

  function send(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const ids = waiting;
      waiting = [];
      try {
        await client.xack(stream, group, ...ids);
      } catch {
        waiting = [...ids, ...waiting];
        return later(againMs);
      }
      if (waiting.length < enough) break;
    }
    if (waiting.length > 0) later(gatherMs);
  }

  return {
    add(id) {
      waiting.push(id);
      if (waiting.length >= enough) void send();
      else later(gatherMs);
    },
    async flush() {
      await sending;
      await send();
    },
  };
}
