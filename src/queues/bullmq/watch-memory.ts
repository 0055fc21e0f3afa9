import type { RedisClient } from '../../redis/connect.ts';

const everyMs = 2_000;

/** Notices that Redis was flushed, or came back empty: a mark is gone. Only the process that sets it anew is told. */
export function watchMemory(given: {
  readonly client: RedisClient;
  readonly key: string;
  readonly onForgotten: () => void;
}): { stop(): void } {
  let known = false;

  async function look(): Promise<void> {
    const set = await given.client.set(given.key, '1', 'NX').catch(() => undefined);
    if (set === undefined) return;
    if (set === 'OK' && known) given.onForgotten();
    known = true;
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  void look();
  return { stop: () => clearInterval(timer) };
}
