import { type AgentId, chatId, externalIdOf, type MessageId, messageId } from '../../../src/core/ids.ts';
import type { ChatEvent, Message } from '../../../src/core/message.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { unless } from '../errcode.ts';
import { type MatrixNames, matrix } from '../names.ts';
import { path } from '../path.ts';
import { isRecord, type RawEvent } from '../raw-event.ts';
import type { MatrixRequests } from '../requests.ts';
import { toEvent } from '../to-event.ts';
import type { OpenedEngine } from './opened-engine.ts';
import type { DeviceMessage } from './poll.ts';
import { sealedEvent, sealedSuffix } from './sealed-event.ts';

/** What people were told of that it can't be read: its key may come when nothing waits for it any more, long after or over a restart. */
export interface GivenUp {
  /** Hears what other devices have sent: keys may be among it. */
  onMessages(agent: AgentId, messages: readonly DeviceMessage[]): void;
  stop(): void;
}

export interface GivenUpOptions {
  readonly store: Store;
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: OpenedEngine;
  readonly deliver: (event: ChatEvent) => Promise<void>;
}

/** What still waits is delivered before, in its place. */
const afterMs = 2_000;
const oldestMs = 24 * 3_600_000;
/** So many of the last lines of a room are looked through, and so many messages among them. */
const [mostLines, mostMessages] = [200, 20];
const mostRooms = 1_000;
const mostSessions = 1_000;

export function givenUp(options: GivenUpOptions): GivenUp {
  const { clock, log } = options;
  /** Rooms to look into, with the sessions whose keys have come. */
  const due = new Map<string, Set<string>>();
  /** Of which session a message is, so that it is fetched once. */
  const sessionOf = recent<MessageId, string>(mostSessions);
  let cancel: (() => void) | null = null;

  async function lookInto(agent: AgentId): Promise<void> {
    const rooms = [...due];
    due.clear();
    cancel = null;
    for (const [room, sessions] of rooms)
      for (const id of await closedIn(options, room)) {
        const known = sessionOf.get(id);
        if (known !== undefined && !sessions.has(known)) continue;
        const event = await fetched(options, { room, id, agent });
        if (event !== null) sessionOf.set(id, String(event.content.session_id));
        if (event !== null && sessions.has(String(event.content.session_id))) await readNow(options, agent, event);
      }
  }

  return {
    onMessages(agent, messages) {
      for (const message of messages) note(due, message);
      if (due.size === 0) return;
      cancel ??= clock.after(afterMs, () => {
        lookInto(agent).catch((error: unknown) =>
          log.warn(
            { err: error, agent },
            'What could not be read before could not be looked at, though keys have come.',
          ),
        );
      });
    },
    stop() {
      cancel?.();
      due.clear();
    },
  };
}

function note(due: Map<string, Set<string>>, { type, content }: DeviceMessage): void {
  if ((type !== 'm.room_key' && type !== 'm.forwarded_room_key') || !isRecord(content)) return;
  const { room_id: room, session_id: session } = content;
  if (typeof room !== 'string' || typeof session !== 'string') return;
  const sessions = due.get(room) ?? new Set();
  if (due.size < mostRooms && sessions.size < mostSessions) due.set(room, sessions.add(session));
}

/** The ids of what was given up of late in a room, the oldest first. */
async function closedIn({ store, clock }: GivenUpOptions, room: string): Promise<MessageId[]> {
  const messages = store.collection('messages');
  const newest = { field: 'order', direction: 'desc' } as const;
  const lines = await messages.find({ where: { chat: chatId(matrix, room) }, orderBy: newest, limit: mostLines });
  const since = clock.now() - oldestMs;
  const closed = lines.filter(line => isClosed(line) && line.timestamp > since).slice(0, mostMessages);
  const ids = closed.reverse().map(({ _id }) => messageId(matrix, externalIdOf(_id).slice(0, -sealedSuffix.length)));
  const read = ids.length === 0 ? [] : await messages.getMany(ids);
  return ids.filter(id => !read.some(({ _id }) => _id === id));
}

const isClosed = (line: Message): boolean =>
  line.messageType === 'unreadable' &&
  (line.why === 'no key' || line.why === 'withheld') &&
  line._id.endsWith(sealedSuffix);

async function fetched(
  { requests, names }: GivenUpOptions,
  { room, id, agent }: { readonly room: string; readonly id: MessageId; readonly agent: AgentId },
): Promise<RawEvent | null> {
  const where = path('rooms', room, 'event', externalIdOf(id));
  const call = requests.call({ what: `read a message in ${room} again`, as: agent, method: 'GET', path: where });
  const raw = await unless(call, ['M_NOT_FOUND', 'M_FORBIDDEN'], null);
  return raw === null ? null : sealedEvent({ ...Object(raw), room_id: room }, names);
}

async function readNow(
  { engine, names, clock, deliver }: GivenUpOptions,
  agent: AgentId,
  event: RawEvent,
): Promise<void> {
  const result = await (await engine.get()).unseal(agent, event, false);
  const converted = result.kind === 'open' ? toEvent(result.event, names, clock.now()) : null;
  if (converted?.kind === 'event') await deliver(converted.event);
}
