import type { MemberId } from '../../src/core/ids.ts';
import { isUserId } from './grammar.ts';
import type { MatrixNames } from './names.ts';
import { isRecord } from './raw-event.ts';

const most = 100;
const longestHtml = 70_000;
const pill = /href\s*=\s*["'](https:\/\/matrix\.to\/#\/|matrix:u\/)([^"'?#/]{1,1024})/gi;

/**
 * Who is mentioned by mark-up. Some clients (Cinny) write no `m.mentions`; their pills tell then. `@room` mentions nobody.
 * https://spec.matrix.org/v1.16/client-server-api/#user-and-room-mentions
 */
export function mentionsOf(content: Readonly<Record<string, unknown>>, names: MatrixNames): MemberId[] {
  const mentions = content['m.mentions'];
  const listed = isRecord(mentions) ? mentions.user_ids : undefined;
  const ids = isRecord(mentions) ? (Array.isArray(listed) ? listed.slice(0, most) : []) : pills(content.formatted_body);
  return [...new Set(ids.filter(isUserId).map(names.member))];
}

function pills(html: unknown): string[] {
  if (typeof html !== 'string' || html.length > longestHtml) return [];
  const found = withoutQuotations(html).matchAll(pill).take(most);
  return [...found.map(([, scheme = '', target = '']) => asUserId(scheme, target))];
}

/** What is quoted mentions nobody anew. Tag by tag: a pattern over both tags would search to the end for each one that is not closed. */
function withoutQuotations(html: string): string {
  let own = '';
  let from = 0;
  let opened: number | null = null;
  for (const { 0: tag, 1: slash, index } of html.matchAll(/<(\/?)mx-reply>/gi)) {
    if (slash === '') opened ??= index;
    else if (opened !== null) {
      own += html.slice(from, opened);
      from = index + tag.length;
      opened = null;
    }
  }
  return own + html.slice(from);
}

/** `matrix:u/` leaves out the sigil; behind matrix.to it tells people from rooms. */
function asUserId(scheme: string, target: string): string {
  try {
    const id = decodeURIComponent(target);
    return scheme.toLowerCase().startsWith('matrix:') ? `@${id}` : id;
  } catch {
    return '';
  }
}
