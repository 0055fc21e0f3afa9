import type { RedisClient } from '../../redis/connect.ts';

const againMs = 200;

/** Acknowledges what was handled together in one turn of the event loop; what Redis does not take is said again with the next. */
export function acknowledging(client: RedisClient, stream: string, group: string) {
  const waiting = new Set<string>();
  let scheduled = false;

  async function flush(): Promise<void> {
    scheduled = false;
    const ids = [...waiting];
    if (ids.length === 0) return;
    try {
      await client.xack(stream, group, ...ids);
      for (const id of ids) waiting.delete(id);
    } catch {
      schedule(againMs);
    }
  }

  function schedule(ms: number): void {
    if (scheduled) return;
    scheduled = true;
    setTimeout(() => void flush(), ms).unref();
  }

  return {
    add(id: string): void {
      waiting.add(id);
      schedule(0);
    },
    flush,
  };
}
