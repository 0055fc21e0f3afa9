import { createHash } from 'node:crypto';
import type { KeyUse } from '../../../src/core/key-page.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Collection } from '../../../src/ports/store.ts';
import type { RawEvent } from '../raw-event.ts';

/** Notices a message that somebody, the homeserver for one, has put into the room once more as another event. */
export interface Replays {
  /** Whether the same message was seen as another event before, by any process; notes it if not, before it resolves. */
  isReplay(event: RawEvent): Promise<boolean>;
}

/** Of each session. People's clients begin another one after a hundred. */
const mostMessages = 500;
/** Sessions whose uses are at hand; about 10 MB. */
const mostAtHand = 1_000;

export function makeReplays(uses: Collection<KeyUse>): Replays {
  const atHand = recent<string, KeyUse>(mostAtHand);

  async function read(_id: string): Promise<KeyUse> {
    for (;;) {
      const known = await uses.get(_id);
      if (known !== null) return known;
      await uses.insert([{ _id, seen: [], from: 0 }]);
    }
  }

  return {
    async isReplay(event) {
      const id = digest(`${event.room_id} ${event.content.session_id}`);
      const use = { index: messageIndex(event.content.ciphertext), event: digest(event.event_id).slice(0, 16) };
      for (let known = atHand.get(id) ?? (await read(id)); ; known = await read(id)) {
        const next = withUse(known, use);
        if (next === 'known') return false;
        const stored = next === 'replay' ? known : await uses.replace(next);
        if (stored !== null) atHand.set(id, stored);
        // Another process may have seen more of the session.
        if (stored !== null) return next === 'replay';
      }
    },
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What is known after a message was read; or that it is known already, or was another event before. */
export function withUse(
  known: KeyUse,
  { index, event }: { readonly index: number; readonly event: string },
): KeyUse | 'known' | 'replay' {
  const same = known.seen.find(([other]) => other === index);
  if (same !== undefined) return same[1] === event ? 'known' : 'replay';
  if (index < known.from) return 'replay';
  const seen = [...known.seen, [index, event] as const].toSorted(([a], [b]) => a - b);
  const kept = seen.slice(-mostMessages);
  return { ...known, seen: kept, from: kept.length < seen.length ? (kept[0]?.[0] ?? 0) : known.from };
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
