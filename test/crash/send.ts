import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MatrixError } from '../e2e/driver/matrix-http.ts';
import type { Outgoing, Person } from '../e2e/driver/person.ts';

/** Somebody who talks in a crash test, with whichever client. What their view of a room has they see at last; more only ever comes behind it. */
export type Speaker = Pick<Person, 'id' | 'view' | 'request' | 'sendAs'>;

/** Sends the same event again until the homeserver says that it has it; gives its id. */
export function sendForSure(person: Speaker, room: string, event: Outgoing): Promise<string> {
  const txnId = randomUUID();
  return surely(() => person.sendAs(txnId, room, event));
}

/** As `sendForSure`, of a reaction. */
export const reactForSure = (person: Speaker, room: string, to: { target: string; key: string }): Promise<string> =>
  sendForSure(person, room, {
    type: 'm.reaction',
    content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: to.target, key: to.key } },
  });

/** Repeats what may be repeated until it goes through; what the homeserver refuses is thrown. */
export async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof MatrixError && error.status < 500) throw error;
      await sleep(200);
    }
  }
}

/** Time that does not count is waited for at most so many times as long. */
const mostUncounted = 5;

/** Looks again and again until there is something, or the patience is over: null. Only the time counts in which `counts` holds. */
export async function within<T>(
  patienceMs: number,
  look: () => T | undefined,
  counts: () => boolean = () => true,
): Promise<T | null> {
  const begun = Date.now();
  for (let [left, last] = [patienceMs, begun]; ; ) {
    const found = look();
    if (found !== undefined) return found;
    if (left <= 0 || last - begun > patienceMs * mostUncounted) return null;
    await sleep(30);
    const now = Date.now();
    if (counts()) left -= now - last;
    last = now;
  }
}
