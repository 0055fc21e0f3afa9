import { recent } from '../../../src/core/recent.ts';
import type { RawEvent } from '../raw-event.ts';

/** Notices a message that somebody, the homeserver for one, has put into the room once more as another event. */
export interface Replays {
  /** Whether the same message was seen as another event before; notes it if not. */
  isReplay(event: RawEvent): boolean;
}

/** About 4 MB. */
const mostKept = 20_000;

export function makeReplays(): Replays {
  const seen = recent<string, string>(mostKept);
  return {
    isReplay(event) {
      const name = `${event.room_id} ${event.content.session_id} ${messageIndex(event.content.ciphertext)}`;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, event.event_id);
      return first !== undefined && first !== event.event_id;
    },
  };
}

const indexTag = 0x08;
const mostBytes = 5;

/**
 * The number of a message in its session, which stands before the cipher text; -1 where there is none.
 * https://spec.matrix.org/v1.16/olm-megolm/megolm/#message-format
 */
export function messageIndex(ciphertext: unknown): number {
  const bytes = typeof ciphertext === 'string' ? Buffer.from(ciphertext.slice(0, 16), 'base64') : Buffer.alloc(0);
  if (bytes[1] !== indexTag) return -1;
  let index = 0;
  for (let at = 0; at < mostBytes; at += 1) {
    const byte = bytes[at + 2] ?? 0;
    index += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return index;
  }
  return -1;
}
