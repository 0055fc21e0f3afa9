import type { MatrixEvent } from '../../e2e/driver/room-view.ts';
import { type Fault, faultKinds } from '../verify.ts';
import { type KeyUse, useOf } from './key-uses.ts';

export const sealedKinds = [...faultKinds, 'undecryptable', 'unread', 'in the clear', 'key used twice'] as const;
export type SealedFault = Fault<(typeof sealedKinds)[number]>;

/** An event as the homeserver has it, and as somebody's client shows it. */
export interface SeenEvent {
  readonly raw: Omit<MatrixEvent, 'seenAt'>;
  readonly shown: MatrixEvent;
  /** Why it could not be decrypted. */
  readonly failure: string | null;
}

export interface Reading {
  readonly room: string;
  readonly reader: string;
  /** The whole timeline. */
  readonly events: readonly SeenEvent[];
}

const isAgent = (sender: string): boolean => /^@(?:agent-\w+|parley):/.test(sender);

/** Everything that a member of an encrypted room can't read since they came in, or everybody can. */
export function readingFaults({ room, reader, events }: Reading): SealedFault[] {
  const came = events.findIndex(({ raw }) => isComing(raw, reader));
  if (came < 0) return [{ kind: 'undecryptable', room, what: `${reader} never came in` }];
  return events.slice(came).flatMap(({ raw, shown, failure }) => {
    const fault = (kind: SealedFault['kind'], what: string): SealedFault[] => [
      { kind, room, what: `${raw.event_id} of ${raw.sender}: ${what}` },
    ];
    const text = String(shown.content.body);
    return [
      ...(failure === null ? [] : fault('undecryptable', `${failure}, for ${reader}, ${keyOf(raw)}`)),
      ...(isAgent(raw.sender) && raw.type === 'm.room.message' ? fault('in the clear', text) : []),
      ...(isAgent(raw.sender) && text.startsWith('I can’t read a message') ? fault('unread', text) : []),
    ];
  });
}

/** Which key it needs, and when it was sent. */
function keyOf({ content, origin_server_ts }: SeenEvent['raw']): string {
  const use = useOf(content);
  return `${use === null ? 'no key' : `${use.session} ${use.index}`} at ${new Date(origin_server_ts ?? 0).toISOString()}`;
}

const isComing = ({ type, state_key, content }: SeenEvent['raw'], user: string): boolean =>
  type === 'm.room.member' && state_key === user && content.membership === 'join';

/** Keys that have encrypted more than one message. */
export function reusedKeys(uses: readonly KeyUse[]): SealedFault[] {
  const byKey = Map.groupBy(uses, ({ session, index }) => `${session}, message ${index}`);
  return [...byKey].flatMap(([key, own]) => {
    const count = new Set(own.map(({ digest }) => digest)).size;
    return count < 2 ? [] : [{ kind: 'key used twice', room: '', what: `${key}: for ${count} messages` }];
  });
}
