import { z } from 'zod';
import { externalIdOf } from '../../src/core/ids.ts';
import type { ReadsEdits } from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import { unless } from './errcode.ts';
import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import { isRecord } from './raw-event.ts';
import type { RoomsOptions } from './rooms.ts';

/** The turns of answers of our own that these events let grow. Takes anything. */
export function growthsIn(events: readonly unknown[], names: MatrixNames): string[] {
  return events.flatMap(event => {
    if (!isRecord(event) || typeof event.sender !== 'string' || names.agent(event.sender) === null) return [];
    const { content } = event;
    const relation = isRecord(content) ? content['m.relates_to'] : null;
    const mark = isRecord(content) ? content['net.parley'] : null;
    const grows =
      isRecord(relation) && relation.rel_type === 'm.replace' && isRecord(mark) && mark.state === 'streaming';
    return grows && typeof mark.turn === 'string' ? [mark.turn] : [];
  });
}

const edit = z.object({
  event_id: z.string(),
  sender: z.string(),
  content: z.object({ 'net.parley': z.object({ state: z.enum(['streaming', 'complete']) }) }),
});
const page = z.object({ chunk: z.array(z.unknown()) });
const clientV1 = '/_matrix/client/v1';

/** https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype */
export async function latestEdit(
  { requests, names }: RoomsOptions,
  { chat, as, externalId }: Parameters<ReadsEdits['latestEdit']>[0],
): ReturnType<ReadsEdits['latestEdit']> {
  const room = externalIdOf(chat);
  const what = `look at the edits of a message in ${room}`;
  const where = path('rooms', room, 'relations', externalId, 'm.replace');
  const query = { dir: 'b', limit: 1 };
  const look = { what, as, method: 'GET', prefix: clientV1, path: where, query } as const;
  const answer = await unless(requests.call(look), ['M_NOT_FOUND'], { chunk: [] });
  const [latest] = answerAs(page, what, answer).chunk;
  const { success, data } = edit.safeParse(latest);
  if (!success || data.sender !== names.userId(as)) return null;
  return { id: data.event_id, state: data.content['net.parley'].state };
}
