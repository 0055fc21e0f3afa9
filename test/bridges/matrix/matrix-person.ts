import { type MatrixNames, matrix } from '../../../bridges/matrix/names.ts';
import { type ChatId, chatId, externalIdOf, type MemberId, type MessageId, messageId } from '../../../src/core/ids.ts';
import type { Seen, Somebody } from '../../contracts/bridge/world.ts';

interface Raw {
  readonly event_id: string;
  readonly sender: string;
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly unsigned?: { readonly redacted_because?: unknown };
}

type Relation = {
  rel_type?: string;
  event_id?: string;
  is_falling_back?: boolean;
  'm.in_reply_to'?: { event_id?: string };
};

/** Somebody in a Matrix client, by plain requests. */
export function matrixPerson(url: string, token: string, { userId, names }: { userId: string; names: MatrixNames }) {
  let count = 0;

  async function ask(
    method: string,
    path: string,
    body?: object | Uint8Array<ArrayBuffer>,
  ): Promise<Record<string, unknown>> {
    const raw = body instanceof Uint8Array;
    const response = await fetch(`${url}/_matrix/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': raw ? 'text/plain' : 'application/json' },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer;
    if (response.status !== 429) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, Number(answer.retry_after_ms ?? 500)));
    return ask(method, path, body);
  }

  const inRoom = (chat: ChatId, ...rest: string[]): string =>
    ['client/v3/rooms', externalIdOf(chat), ...rest]
      .map((part, i) => (i === 0 ? part : encodeURIComponent(part)))
      .join('/');

  async function send(chat: ChatId, type: string, content: object): Promise<MessageId> {
    count += 1;
    const { event_id } = await ask('PUT', inRoom(chat, 'send', type, `m${count}`), content);
    return messageId(matrix, String(event_id));
  }

  const change = async (chat: ChatId, how: string, whom: MemberId): Promise<void> => {
    await ask('POST', inRoom(chat, how), { user_id: names.userIdOf(whom) });
  };

  const person: Somebody & { send: typeof send; ask: typeof ask } = {
    id: names.member(userId),
    send,
    ask,
    createRoom: async ({ invite, ...room }) => {
      const body = { preset: 'private_chat', ...room, invite: invite.map(names.userIdOf) };
      return chatId(matrix, String((await ask('POST', 'client/v3/createRoom', body)).room_id));
    },
    join: async chat => void (await ask('POST', inRoom(chat, 'join'), {})),
    say: (chat, text, place = {}) =>
      send(chat, 'm.room.message', { msgtype: 'm.text', body: text, ...relationOf(place) }),
    sendFile: async (chat, name, data) => {
      const { content_uri } = await ask('POST', 'media/v3/upload', new Uint8Array(data));
      const info = { size: data.length, mimetype: 'text/plain' };
      return send(chat, 'm.room.message', { msgtype: 'm.file', body: name, url: content_uri, info });
    },
    edit: (chat, target, text) =>
      send(chat, 'm.room.message', {
        msgtype: 'm.text',
        body: `* ${text}`,
        'm.new_content': { msgtype: 'm.text', body: text },
        'm.relates_to': { rel_type: 'm.replace', event_id: externalIdOf(target) },
      }),
    redact: async (chat, target) => {
      count += 1;
      await ask('PUT', inRoom(chat, 'redact', externalIdOf(target), `m${count}`), {});
    },
    react: async (chat, target, key) => {
      const relation = { rel_type: 'm.annotation', event_id: externalIdOf(target), key };
      await send(chat, 'm.reaction', { 'm.relates_to': relation });
    },
    invite: (chat, whom) => change(chat, 'invite', whom),
    kick: (chat, whom) => change(chat, 'kick', whom),
    ban: (chat, whom) => change(chat, 'ban', whom),
    leave: async chat => void (await ask('POST', inRoom(chat, 'leave'), {})),
    give: async (chat, whom, level) => {
      const content = await ask('GET', inRoom(chat, 'state', 'm.room.power_levels', ''));
      const users = { ...(content.users as object), [names.userIdOf(whom)]: level };
      await ask('PUT', inRoom(chat, 'state', 'm.room.power_levels', ''), { ...content, users });
    },
    timeline: async chat => {
      const { chunk } = await ask('GET', `${inRoom(chat, 'messages')}?dir=b&limit=500`);
      return shown((chunk as Raw[]).toReversed(), names);
    },
  };
  return person;
}

function relationOf({ replyTo, thread }: { replyTo?: MessageId; thread?: MessageId }): object {
  const reply = replyTo === undefined ? {} : { 'm.in_reply_to': { event_id: externalIdOf(replyTo) } };
  if (thread === undefined) return replyTo === undefined ? {} : { 'm.relates_to': reply };
  const root = externalIdOf(thread);
  const fallback = { is_falling_back: true, 'm.in_reply_to': { event_id: root } };
  return { 'm.relates_to': { rel_type: 'm.thread', event_id: root, ...fallback, ...reply } };
}

/** The timeline as a client draws it: edits by the sender of a message replace it, the last one wins. */
function shown(events: readonly Raw[], names: MatrixNames): Seen[] {
  const seen = new Map<string, Seen>();
  for (const event of events.filter(({ type }) => type === 'm.room.message')) {
    const relation = (event.content['m.relates_to'] ?? {}) as Relation;
    const target = seen.get(relation.rel_type === 'm.replace' ? (relation.event_id ?? '') : '');
    if (target === undefined)
      seen.set(event.event_id, {
        ...asSeen(event, relation, names),
        reactions: reactionsTo(event.event_id, events, names),
      });
    else seen.set(target.id, { ...target, ...textOf(event.content['m.new_content'] as Raw['content']) });
  }
  return [...seen.values()];
}

function reactionsTo(target: string, events: readonly Raw[], names: MatrixNames): Seen['reactions'] {
  return events.flatMap(({ type, sender, content }) => {
    const relation = (content['m.relates_to'] ?? {}) as Relation & { readonly key?: string };
    const isOne = type === 'm.reaction' && relation.event_id === target;
    return isOne ? [{ from: names.member(sender), key: relation.key ?? '' }] : [];
  });
}

function fileOf({ url, info }: Raw['content']): NonNullable<Seen['file']> | null {
  const { mimetype } = (info ?? {}) as { readonly mimetype?: string };
  return typeof url === 'string' ? { source: url, mimeType: mimetype ?? '' } : null;
}

function asSeen(event: Raw, relation: Relation, names: MatrixNames): Omit<Seen, 'reactions'> {
  const inReplyTo = relation.is_falling_back ? undefined : relation['m.in_reply_to']?.event_id;
  const thread = relation.rel_type === 'm.thread' ? relation.event_id : undefined;
  return {
    id: event.event_id,
    from: names.member(event.sender),
    redacted: event.unsigned?.redacted_because !== undefined,
    notice: event.content.msgtype === 'm.notice',
    file: fileOf(event.content),
    thread: thread === undefined ? null : messageId(matrix, thread),
    replyTo: inReplyTo === undefined ? null : messageId(matrix, inReplyTo),
    ...textOf(event.content),
  };
}

function textOf(content: Raw['content']): Pick<Seen, 'text' | 'mark'> {
  return { text: String(content.body ?? ''), mark: (content['net.parley'] as Seen['mark']) ?? null };
}
