import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeEvent } from './room.ts';

export interface Deliverer {
  push(event: FakeEvent): void;
  stop(): Promise<void>;
}

const atOnce = 100;

/** Sends events to the application service as Synapse does: in order, one transaction at a time, again until it is taken. */
export function deliverer(listenerUrl: () => string | null, hsToken: string): Deliverer {
  const waiting: FakeEvent[] = [];
  let running: Promise<void> | null = null;
  let stopped = false;
  let txnId = 0;

  function pump(): void {
    running ??= run().finally(() => {
      running = null;
    });
  }

  async function run(): Promise<void> {
    // What happens at once goes out together.
    await sleep(0);
    while (waiting.length > 0 && !stopped) {
      const events = waiting.slice(0, atOnce);
      txnId += 1;
      for (let tries = 1; !stopped && !(await put(events)); tries += 1) await sleep(Math.min(500, 5 * 2 ** tries));
      if (!stopped) waiting.splice(0, events.length);
    }
  }

  async function put(events: readonly FakeEvent[]): Promise<boolean> {
    const url = listenerUrl();
    if (url === null) return false;
    try {
      const response = await fetch(`${url}/_matrix/app/v1/transactions/${txnId}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${hsToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events }),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  return {
    push(event) {
      waiting.push(event);
      pump();
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
