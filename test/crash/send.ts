import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MatrixError } from '../e2e/driver/matrix-http.ts';
import type { Outgoing, Person } from '../e2e/driver/person.ts';
import { type MatrixEvent, record } from '../e2e/driver/room-view.ts';

/** Somebody who talks in a crash test, with whichever client. What their view of a room has they see at last; more only ever comes behind it. */
export type Speaker = Pick<Person, 'id' | 'view' | 'request' | 'sendAs'>;

/** Sends the same event again until the homeserver says that it has it; gives its id. */
export function sendForSure(person: Speaker, room: string, event: Outgoing): Promise<string> {
  const txnId = randomUUID();
  return surely(() => person.sendAs(txnId, room, event));
}

/** As `sendForSure`, of a reaction. A homeserver that was killed may have kept it, and forgotten as what it was sent: then it refuses the same one again. */
export async function reactForSure(
  person: Speaker,
  room: string,
  { target, key }: { readonly target: string; readonly key: string },
): Promise<string> {
  const relation = { rel_type: 'm.annotation', event_id: target, key };
  try {
    return await sendForSure(person, room, { type: 'm.reaction', content: { 'm.relates_to': relation } });
  } catch (error) {
    if (!(error instanceof MatrixError) || error.errcode !== 'M_DUPLICATE_ANNOTATION') throw error;
    const kept = await within(seenWithinMs, () => person.view(room).events.findLast(isOwn(person.id, { target, key })));
    if (kept === null) throw error;
    return kept.event_id;
  }
}

const seenWithinMs = 10_000;

const isOwn =
  (sender: string, { target, key }: { readonly target: string; readonly key: string }) =>
  (event: MatrixEvent): boolean => {
    const relation = record(event.content['m.relates_to']);
    return event.sender === sender && relation?.event_id === target && relation.key === key;
  };

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
