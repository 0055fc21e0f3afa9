import type { MongoClient } from 'mongodb';
import { atMost } from '../../ports/at-most.ts';
import type { Clock } from '../../ports/clock.ts';

/** Beyond what a heartbeat may take by the driver's own limits. */
const slackMs = 5_000;
const closingMs = 5_000;
const againMs = 1_000;

/**
 * Connects anew when the driver has stopped looking whether a server is there. It can write a heartbeat to a socket that has ended in the same turn of
 * the event loop and has not said so yet; then it waits for ever (so does mongodb 7.8), and finds no server any more. What is under way fails as it does
 * when the server is away. Gives how to end it.
 */
export function reconnectWhenStuck(client: MongoClient, clock: Pick<Clock, 'after'>): () => void {
  const { connectTimeoutMS, heartbeatFrequencyMS } = client.options;
  const limitMs = connectTimeoutMS + heartbeatFrequencyMS + slackMs;
  /** By server, how to cancel what is done when its heartbeat does not end. */
  const running = new Map<string, () => void>();
  let ended = false;

  function over(address: string): void {
    running.get(address)?.();
    running.delete(address);
  }

  function allOver(): void {
    for (const address of [...running.keys()]) over(address);
  }

  async function connectAnew(): Promise<void> {
    allOver();
    await atMost(closingMs, client.close(), clock);
    while (!ended) {
      const isThere = await client.connect().then(
        () => true,
        () => false,
      );
      if (isThere) return;
      await new Promise<void>(resolve => void clock.after(againMs, resolve));
    }
  }

  client.on('serverHeartbeatStarted', ({ connectionId: address }) => {
    over(address);
    running.set(
      address,
      clock.after(limitMs, () => void connectAnew()),
    );
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId: address }) => over(address));
  client.on('serverHeartbeatFailed', ({ connectionId: address }) => over(address));
  client.on('serverClosed', ({ address }) => over(address));
  return () => {
    ended = true;
    allOver();
  };
}
