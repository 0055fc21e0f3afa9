import type { RedisClient } from '../../redis/connect.ts';
import type { RawEntry } from './streams.ts';

/** Every owner reads under one name: what one leaves, the next finds under it. */
export const consumer = 'owner';
const page = 200;

export interface Pending {
  readonly raw: RawEntry;
  readonly deliveries: number;
}

/** Hands over all that was read under the owners' name and not acknowledged, in order, with how often it was read. */
export async function eachPending(
  client: RedisClient,
  from: { readonly stream: string; readonly group: string },
  take: (pending: Pending) => void,
): Promise<void> {
  for (let last = '0'; ; ) {
    const entries = await pendingAfter(client, { ...from, last });
    entries.forEach(take);
    const end = entries.at(-1)?.raw[0];
    if (end === undefined || entries.length < page) return;
    last = end;
  }
}

async function pendingAfter(
  client: RedisClient,
  { stream, group, last }: { stream: string; group: string; last: string },
): Promise<Pending[]> {
  const reply = await client.xreadgroup('GROUP', group, consumer, 'COUNT', page, 'STREAMS', stream, last);
  const entries = ((reply as [string, RawEntry[]][] | null)?.[0]?.[1] ?? []) as RawEntry[];
  if (entries.length === 0) return [];
  const [first, end] = [entries[0]?.[0] ?? '-', entries.at(-1)?.[0] ?? '+'];
  const counts = (await client.xpending(stream, group, first, end, page)) as [string, string, number, number][];
  const times = new Map(counts.map(([id, , , count]) => [id, count]));
  return entries.map(raw => ({ raw, deliveries: times.get(raw[0]) ?? 1 }));
}
