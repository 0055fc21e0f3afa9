import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Log } from '../../ports/log.ts';
import { type Signal, type Signals, signalSchema } from '../../ports/signals.ts';
import type { RedisAddress } from '../../redis/address.ts';
import { connectRedis, problemOf, type RedisClient } from '../../redis/connect.ts';

const envelopeSchema = z.strictObject({ from: z.string(), signal: signalSchema });
const againMs = 1_000;

/** Signals by Redis pub/sub: https://redis.io/docs/latest/develop/pubsub/. Whoever is not listening just then misses them. */
export function redisSignals({ address, log }: { readonly address: RedisAddress; readonly log: Log }): Signals {
  const channel = `${address.prefix}:signals`;
  const self = randomUUID();
  const speaker = connectRedis(address, 'commands', log);
  const hearers: ((signal: Signal) => void)[] = [];
  let listener: RedisClient | null = null;
  let closed = false;

  /** A connection that comes back subscribes again by itself; what failed before the first time is repeated here. */
  function subscribe(to: RedisClient): void {
    to.subscribe(channel).catch(error => {
      if (closed) return;
      log.debug({ problem: problemOf(error) }, 'Signals can’t be heard yet; it is tried again.');
      setTimeout(() => subscribe(to), againMs).unref();
    });
  }

  function connectListener(): RedisClient {
    const client = connectRedis(address, 'commands', log);
    client.on('message', (_, text: string) => {
      // A connection that is being closed may still have something to say.
      const signal = closed ? null : readSignal(text, self);
      if (signal !== null) for (const hear of hearers) hear(signal);
    });
    if (client.status === 'ready') subscribe(client);
    else client.once('ready', () => subscribe(client));
    return client;
  }

  return {
    send(signal: Signal) {
      if (closed) return;
      speaker.publish(channel, JSON.stringify({ from: self, signal })).catch(() => undefined);
    },
    listen(hear) {
      hearers.push(hear);
      listener ??= connectListener();
    },
    async close() {
      closed = true;
      speaker.disconnect();
      listener?.disconnect();
    },
  };
}

/** Null for what this process sent, and for what is no signal. */
function readSignal(text: string, self: string): Signal | null {
  try {
    const { from, signal } = envelopeSchema.parse(JSON.parse(text));
    return from === self ? null : signal;
  } catch {
    return null;
  }
}
