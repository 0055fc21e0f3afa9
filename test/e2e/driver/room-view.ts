/** What a person's client knows of one room, put together from /sync. */
export type Content = Readonly<Record<string, unknown>>;

export interface MatrixEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: Content;
  readonly origin_server_ts: number;
  readonly redacts?: string;
  /** When the driver saw it. */
  readonly seenAt: number;
}

/** What Parley says of its own messages. */
export interface ParleyMark {
  readonly turn?: string;
  readonly part?: number;
  readonly parts?: number;
  readonly state?: 'streaming' | 'complete';
  /** The event that is answered. */
  readonly trigger?: string;
}

/** A message with all its edits, the last one on top. */
export interface RoomMessage {
  readonly id: string;
  readonly sender: string;
  readonly msgtype: string;
  readonly body: string;
  readonly html: string | undefined;
  /** The newest content. */
  readonly content: Content;
  readonly mark: ParleyMark | undefined;
  readonly thread: string | undefined;
  readonly replyTo: string | undefined;
  readonly sentAt: number;
  /** The first sending and then each edit. */
  readonly versions: readonly Version[];
  readonly redacted: boolean;
}

export interface Version {
  readonly id: string;
  readonly sentAt: number;
  readonly seenAt: number;
  readonly content: Content;
}

export interface Typing {
  readonly at: number;
  readonly users: readonly string[];
}

export class RoomView {
  readonly events: MatrixEvent[] = [];
  readonly typing: Typing[] = [];
  readonly state = new Map<string, MatrixEvent>();
  /** Who sent each event. */
  readonly #senders = new Map<string, string>();

  add(event: MatrixEvent): void {
    if (event.state_key !== undefined) this.state.set(`${event.type} ${event.state_key}`, event);
    if (this.#senders.has(event.event_id)) return;
    this.#senders.set(event.event_id, event.sender);
    this.events.push(event);
  }

  addState(event: MatrixEvent): void {
    this.state.set(`${event.type} ${event.state_key ?? ''}`, event);
  }

  membership(userId: string): string {
    return text(this.state.get(`m.room.member ${userId}`)?.content.membership) ?? 'none';
  }

  members(membership = 'join'): string[] {
    return [...this.state.values()]
      .filter(event => event.type === 'm.room.member' && event.content.membership === membership)
      .map(event => event.state_key ?? '');
  }

  /** All messages as a client shows them: edits folded into what they edit. */
  messages(): RoomMessage[] {
    const versions = new Map<string, Version[]>();
    for (const event of this.events) {
      if (event.type !== 'm.room.message') continue;
      const target = editTarget(event.content);
      if (target === undefined) versions.set(event.event_id, [asVersion(event, event.content)]);
      else if (this.#senders.get(target) === event.sender) {
        versions.get(target)?.push(asVersion(event, record(event.content['m.new_content']) ?? {}));
      }
    }
    const redacted = this.#redactedIds();
    return this.events.flatMap(event => {
      const found = versions.get(event.event_id);
      return found === undefined ? [] : [asMessage(event, found, redacted.has(event.event_id))];
    });
  }

  /** Those that were not taken back. */
  reactions(to: string): { readonly sender: string; readonly key: string }[] {
    const redacted = this.#redactedIds();
    return this.events.flatMap(event => {
      const relation = record(event.content['m.relates_to']);
      if (event.type !== 'm.reaction' || relation?.event_id !== to || redacted.has(event.event_id)) return [];
      return [{ sender: event.sender, key: text(relation.key) ?? '' }];
    });
  }

  #redactedIds(): Set<string> {
    const redactions = this.events.filter(event => event.type === 'm.room.redaction');
    return new Set(redactions.map(event => event.redacts ?? text(event.content.redacts) ?? ''));
  }
}

export function record(value: unknown): Content | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Content) : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asMessage(event: MatrixEvent, versions: readonly Version[], redacted: boolean): RoomMessage {
  const content = versions.at(-1)?.content ?? event.content;
  const relation = record(event.content['m.relates_to']);
  return {
    id: event.event_id,
    sender: event.sender,
    msgtype: text(content.msgtype) ?? '',
    body: text(content.body) ?? '',
    html: text(content.formatted_body),
    content,
    mark: record(content['net.parley']),
    thread: relation?.rel_type === 'm.thread' ? text(relation.event_id) : undefined,
    replyTo: text(record(relation?.['m.in_reply_to'])?.event_id),
    sentAt: event.origin_server_ts,
    versions,
    redacted,
  };
}

function asVersion(event: MatrixEvent, content: Content): Version {
  return { id: event.event_id, sentAt: event.origin_server_ts, seenAt: event.seenAt, content };
}

function editTarget(content: Content): string | undefined {
  const relation = record(content['m.relates_to']);
  return relation?.rel_type === 'm.replace' ? text(relation.event_id) : undefined;
}
