import type { Draft } from '../core/document.ts';
import { received } from '../core/events/message-changes.ts';
import type { AgentId, ChatId, MessageId, TurnId } from '../core/ids.ts';
import type { ChatEvent, Message } from '../core/message.ts';
import { recent } from '../core/recent.ts';
import type { Bus } from '../ports/bus.ts';
import type { Store } from '../ports/store.ts';

/** What an agent says has a cause. What comes from outside has none; for what was found late, the agents that were invited after it. */
export type Origin =
  | { readonly cause: TurnId; readonly hop: number }
  | { readonly invitedAfter: (event: ChatEvent) => readonly AgentId[] };

const isOurs = (origin: Origin | undefined) => origin !== undefined && 'cause' in origin;

/** The log of all rooms. In a room, what is appended later stands later, whichever process appends it. */
export interface MessageLog {
  /** Resolves when the events are durable. An event that is there already is passed over. */
  append(events: readonly ChatEvent[], origin?: Origin): Promise<void>;
}

/** Of so many rooms the number of the last line is remembered; of others it is read. */
const roomsRemembered = 10_000;
/** What our agents said comes back from the network: of so many lines it is known without asking the store. */
const linesRemembered = 5_000;

/**
 * Opens the log. The lines of a room are numbered without gaps, and a number is there once: a line can be stored only behind one that is
 * stored. So the room's cursor never moves past a line that is still to come, also where several processes append: who is slower finds the
 * number taken, and takes the next one.
 */
export function openMessageLog({ store, bus }: { readonly store: Store; readonly bus: Bus }): MessageLog {
  const messages = store.collection('messages');
  const numbers = recent<ChatId, number>(roomsRemembered);
  const stored = recent<MessageId, true>(linesRemembered);
  const tails = new Map<ChatId, Promise<void>>();

  async function appendTo(chat: ChatId, lines: readonly Line[]): Promise<void> {
    let rest = lines.filter(({ _id }) => stored.get(_id) === undefined);
    while (rest.length > 0) {
      const last = numbers.get(chat) ?? (await lastNumber(store, chat));
      const added = await messages.append(
        rest.map((line, index): Draft<Message> => ({ ...line, order: last + 1 + index })),
      );
      numbers.set(chat, last + added);
      for (const { _id } of rest.slice(0, added)) stored.set(_id, true);
      rest = rest.slice(added);
      const [refused] = rest;
      if (refused === undefined) return;
      if ((await messages.get(refused._id)) === null) numbers.delete(chat);
      else rest = rest.slice(1);
    }
  }

  /** One append at a time for each room of this process, in the order in which they were asked for. */
  function inLine(chat: ChatId, lines: readonly Line[]): Promise<void> {
    const done = (tails.get(chat) ?? Promise.resolve()).then(() => appendTo(chat, lines));
    const tail = done
      .catch(() => numbers.delete(chat))
      .then(() => {
        if (tails.get(chat) === tail) tails.delete(chat);
      });
    tails.set(chat, tail);
    return done;
  }

  return {
    async append(events, origin) {
      const lines = Map.groupBy(
        events.map(event => lineOf(event, origin)),
        line => line.chat,
      );
      await Promise.all([...lines].map(([chat, some]) => inLine(chat, some)));
      // Also what is there already: it is delivered again where nobody may have heard of it.
      if (!isOurs(origin)) bus.publish(received(events));
    },
  };
}

type Line = ChatEvent & Omit<Draft<Message>, 'order' | keyof ChatEvent>;

function lineOf(event: ChatEvent, origin: Origin | undefined): Line {
  const stored = { status: isOurs(origin) ? 'sent' : 'received', editedAt: null } as const;
  const outside = { cause: null, hop: 0 };
  if (origin === undefined) return { ...event, ...stored, ...outside };
  return 'cause' in origin
    ? { ...event, ...stored, ...origin }
    : { ...event, ...stored, ...outside, foundBefore: origin.invitedAfter(event) };
}

/** Where there is no line any more, the room's cursor tells how far it was numbered. */
async function lastNumber(store: Store, chat: ChatId): Promise<number> {
  const newest = { where: { chat }, orderBy: { field: 'order', direction: 'desc' }, limit: 1 } as const;
  const [[line], floor] = await Promise.all([
    store.collection('messages').find(newest),
    store.collection('speaker_queues').get(chat),
  ]);
  return Math.max(line?.order ?? 0, floor?.handledThrough ?? 0);
}
