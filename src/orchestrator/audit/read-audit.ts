import type { AuditEntry } from '../../core/audit.ts';
import type { ChatId, MemberId } from '../../core/ids.ts';
import type { Store } from '../../ports/store.ts';

interface AuditQuery {
  /** At most this many, 1 to 1,000. */
  readonly limit: number;
  /** Goes on behind the entry that a former page ended with; it need not be there any more. */
  readonly after?: AuditEntry | null;
  /** Only of this chat, or only of this member; not both. */
  readonly chat?: ChatId;
  readonly who?: MemberId;
}

/** A page of the audit, newest first. */
export function readAudit(store: Pick<Store, 'collection'>, query: AuditQuery): Promise<AuditEntry[]> {
  const { limit, after, chat, who } = query;
  return store.collection('audit').find({
    ...(chat === undefined ? {} : { where: { chat } }),
    ...(who === undefined ? {} : { where: { who } }),
    orderBy: { field: 'timestamp', direction: 'desc' },
    limit,
    ...(after ? { after } : {}),
  });
}
