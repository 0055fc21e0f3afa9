import { z } from 'zod';
import { externalIdOf } from '../../src/core/ids.ts';
import { type ChatEvent, isSaid } from '../../src/core/message.ts';
import type { Earlier, ReadsEarlier } from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import { unless } from './errcode.ts';
import { path } from './path.ts';
import type { RoomsOptions } from './rooms.ts';
import { toEvent } from './to-event.ts';

const perPage = 100;
const mostPages = 5;
const nothing: Earlier = { messages: [], unreadable: 0 };

const visibility = z.object({ history_visibility: z.string() }).nullable().catch(null);
/** Where newcomers may read what was said before them. https://spec.matrix.org/v1.16/client-server-api/#room-history-visibility */
const forNewcomers: ReadonlySet<string | undefined> = new Set(['shared', 'world_readable']);
const placed = z.object({ event_id: z.string() });
const context = z.object({ start: z.string() });
const page = z.object({ chunk: z.array(z.unknown()), end: z.string().optional() });

/** Reads a room backwards from where an agent came in. */
export async function earlier(
  options: RoomsOptions,
  { chat, as, inviter, limit }: Parameters<ReadsEarlier['earlier']>[0],
): Promise<Earlier> {
  const { requests, names, cipher } = options;
  const room = externalIdOf(chat);
  const what = `read what was said in ${room} before`;
  const get = (parts: readonly string[], query = {}) =>
    requests.call({ what, as, method: 'GET', path: path('rooms', room, ...parts), query });
  const rule = visibility.parse(await unless(get(['state', 'm.room.history_visibility']), ['M_NOT_FOUND'], null));
  if (!forNewcomers.has(rule?.history_visibility)) return nothing;
  if (inviter !== null) await cipher?.takeHistory(room, as, names.userIdOf(inviter));
  const own = await get(['state', 'm.room.member', names.userId(as)], { format: 'event' });
  const { event_id } = answerAs(placed, what, own);
  let { start: from } = answerAs(context, what, await get(['context', event_id], { limit: 0 }));
  const found: Earlier & { readonly messages: ChatEvent[]; unreadable: number } = { messages: [], unreadable: 0 };
  for (let pages = 0; pages < mostPages && found.messages.length < limit; pages += 1) {
    const { chunk, end } = answerAs(page, what, await get(['messages'], { dir: 'b', limit: perPage, from }));
    for (const event of chunk) await take(options, { as, found, raw: { ...Object(event), room_id: room } });
    if (end === undefined || chunk.length === 0) break;
    from = end;
  }
  return { messages: found.messages.slice(0, limit).reverse(), unreadable: found.unreadable };
}

interface Taking {
  readonly as: Parameters<ReadsEarlier['earlier']>[0]['as'];
  readonly found: { readonly messages: ChatEvent[]; unreadable: number };
  readonly raw: unknown;
}

async function take({ names, clock, cipher }: RoomsOptions, { as, found, raw }: Taking): Promise<void> {
  const read = cipher === null ? { kind: 'raw' as const, raw } : await cipher.peek(raw, as);
  if (read.kind === 'sealed') {
    found.unreadable += 1;
    return;
  }
  const converted = toEvent(read.raw, names, clock.now());
  if (converted.kind === 'event' && isSaid(converted.event)) found.messages.push(converted.event);
}
