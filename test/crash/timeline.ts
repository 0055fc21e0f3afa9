import { clientPath } from '../e2e/driver/matrix-http.ts';
import type { MatrixEvent } from '../e2e/driver/room-view.ts';
import type { Speaker } from './send.ts';

interface MessagesResponse {
  readonly chunk: readonly Omit<MatrixEvent, 'seenAt'>[];
  readonly end?: string;
}

/** A room's whole timeline, oldest first, as the homeserver keeps it. */
export async function readTimeline(person: Pick<Speaker, 'request'>, roomId: string): Promise<MatrixEvent[]> {
  const events: MatrixEvent[] = [];
  let from: string | undefined;
  do {
    const query = { dir: 'f', limit: '1000', ...(from === undefined ? {} : { from }) };
    const page = await person.request<MessagesResponse>('GET', clientPath('rooms', roomId, 'messages'), { query });
    events.push(...page.chunk.map(event => ({ ...event, seenAt: event.origin_server_ts })));
    from = page.end;
  } while (from !== undefined);
  return events;
}
