import { messageId } from '../../src/core/ids.ts';
import type { Reacted } from '../../src/core/message.ts';
import { cleanLine, isEventId } from './grammar.ts';
import { matrix } from './names.ts';
import { isRecord, type RawEvent } from './raw-event.ts';
import { wasRedacted } from './to-redaction.ts';

const longestKey = 100;

/** https://spec.matrix.org/v1.16/client-server-api/#mreaction */
export function toReaction(event: RawEvent): Reacted | 'malformed' | null {
  if (wasRedacted(event)) return null;
  const relation = event.content['m.relates_to'];
  if (!isRecord(relation) || relation.rel_type !== 'm.annotation' || !isEventId(relation.event_id)) return 'malformed';
  if (typeof relation.key !== 'string') return 'malformed';
  // Clients differ in whether they write the variation selector that asks for a coloured emoji.
  const key = cleanLine(relation.key.replaceAll('\uFE0F', ''), longestKey);
  if (key === '') return 'malformed';
  return { messageType: 'reaction', target: messageId(matrix, relation.event_id), key };
}
