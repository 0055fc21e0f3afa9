import type { Content } from './room-view.ts';

/** What a person's client adds to a text. */
export interface TextOptions {
  /** Agents' or people's user ids, named as Element does: `m.mentions` and a pill. */
  readonly mentions?: readonly string[];
  /** Only a matrix.to pill, as Cinny does. */
  readonly pills?: readonly { readonly userId: string; readonly name: string }[];
  readonly replyTo?: string;
  /** The root of a thread. */
  readonly thread?: string;
  readonly msgtype?: string;
  readonly extra?: Content;
}

export function textContent(body: string, options: TextOptions = {}): Content {
  const relation = relatesTo(options);
  return {
    msgtype: options.msgtype ?? 'm.text',
    body: withPillText(body, options),
    ...formatted(body, options),
    ...(options.mentions === undefined ? {} : { 'm.mentions': { user_ids: options.mentions } }),
    ...(relation === undefined ? {} : { 'm.relates_to': relation }),
    ...options.extra,
  };
}

export function editContent(target: string, body: string, options: TextOptions = {}): Content {
  const content = textContent(body, options);
  return {
    ...content,
    body: `* ${String(content.body)}`,
    'm.new_content': content,
    'm.relates_to': { rel_type: 'm.replace', event_id: target },
  };
}

function withPillText(body: string, { pills }: TextOptions): string {
  return pills === undefined ? body : `${pills.map(pill => pill.userId).join(' ')} ${body}`;
}

function formatted(body: string, { pills }: TextOptions): Content {
  if (pills === undefined) return {};
  const links = pills.map(pill => `<a href="https://matrix.to/#/${encodeURIComponent(pill.userId)}">${pill.name}</a>`);
  return { format: 'org.matrix.custom.html', formatted_body: `${links.join(' ')} ${body}` };
}

function relatesTo({ replyTo, thread }: TextOptions): Content | undefined {
  const reply = replyTo === undefined ? {} : { 'm.in_reply_to': { event_id: replyTo } };
  if (thread === undefined) return replyTo === undefined ? undefined : reply;
  const fallback = replyTo === undefined ? { is_falling_back: true, 'm.in_reply_to': { event_id: thread } } : reply;
  return { rel_type: 'm.thread', event_id: thread, ...fallback };
}
