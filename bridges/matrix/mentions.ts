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
  // What is quoted mentions nobody anew.
  const own = html.replace(/<mx-reply>[\s\S]*?<\/mx-reply>/gi, '');
  return [...own.matchAll(pill)].slice(0, most).map(([, scheme = '', target = '']) => asUserId(scheme, target));
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
