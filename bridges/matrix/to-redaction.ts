import { messageId } from '../../src/core/ids.ts';
import type { Redacted } from '../../src/core/message.ts';
import { isEventId } from './grammar.ts';
import { matrix } from './names.ts';
import type { RawEvent } from './raw-event.ts';

/**
 * From room version 11 on the target stands in the content, before that at the top; servers may give both.
 * https://spec.matrix.org/v1.16/client-server-api/#mroomredaction
 */
export function toRedaction(event: RawEvent): Redacted | 'malformed' | null {
  if (wasRedacted(event)) return null;
  const target = isEventId(event.content.redacts) ? event.content.redacts : event.redacts;
  return isEventId(target) ? { messageType: 'redaction', target: messageId(matrix, target) } : 'malformed';
}

/** What was redacted before Parley got it has an empty content and says so. */
export function wasRedacted(event: RawEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}
