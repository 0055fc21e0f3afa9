import { z } from 'zod';
import { externalIdOf } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { ReadsRooms } from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import type { Read } from './crypto/reading.ts';
import { path } from './path.ts';
import { isRecord } from './raw-event.ts';
import type { RoomsOptions } from './rooms.ts';
import { toEvent } from './to-event.ts';

const page = z.object({ chunk: z.array(z.unknown()), end: z.string().optional() });
const perPage = 100;
/** What agents said counts here but is not given; a room of theirs alone must not be read to its beginning. */
const rawPerEvent = 10;

/**
 * Reads a room backwards to the mark. The mark is the id of the newest event: unlike a pagination token it holds over restarts and
 * updates of the homeserver.
 */
export async function history(
  options: RoomsOptions,
  { chat, as, since, limit }: Parameters<ReadsRooms['history']>[0],
): ReturnType<ReadsRooms['history']> {
  const room = externalIdOf(chat);
  const readSealed = options.cipher?.again() ?? asItIs;
  const events: ChatEvent[] = [];
  let mark: string | null = null;
  let from: string | undefined;
  for (let raw = 0; raw < limit * rawPerEvent && events.length < limit; ) {
    const query = { dir: 'b', limit: perPage, ...(from === undefined ? {} : { from }) };
    const where = path('rooms', room, 'messages');
    const what = `read ${room}`;
    const answer = await options.requests.call({ what, as, method: 'GET', path: where, query });
    const { chunk, end } = answerAs(page, what, answer);
    mark ??= idOf(chunk[0]);
    const known = since === null ? -1 : chunk.findIndex(event => idOf(event) === since);
    const fresh = known === -1 ? chunk : chunk.slice(0, known);
    for (const event of fresh) {
      const read = await readSealed({ ...Object(event), room_id: room });
      events.push(...converted(options, read));
    }
    raw += chunk.length;
    if (known !== -1 || end === undefined || chunk.length === 0) break;
    from = end;
  }
  return { events: events.slice(0, limit).reverse(), mark: mark ?? since ?? '' };
}

const asItIs = async (raw: unknown): Promise<Read> => ({ kind: 'raw', raw });

function converted({ names, clock }: RoomsOptions, read: Read): ChatEvent[] {
  if (read.kind === 'unreadable' || read.kind === 'known') return [read.event];
  const result = read.kind === 'raw' ? toEvent(read.raw, names, clock.now()) : null;
  return result?.kind === 'event' ? [result.event] : [];
}

function idOf(event: unknown): string | null {
  return isRecord(event) && typeof event.event_id === 'string' ? event.event_id : null;
}
