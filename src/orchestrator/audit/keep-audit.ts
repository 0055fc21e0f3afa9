import { auditLine } from '../../core/audit-lines.ts';
import type { Installation } from '../installation.ts';

const attempts = 8;
const mostWaiting = 10_000;

/** Writes down who did what. An event that comes again finds its line there. */
export function keepAudit({ bus, store }: Pick<Installation, 'bus' | 'store'>): void {
  bus.subscribe({
    group: 'audit',
    topics: ['AgentLifecycle', 'ChatEvents', 'Floor', 'System'],
    durable: true,
    attempts,
    most: mostWaiting,
    async handle(event) {
      const line = auditLine(event);
      if (line !== null) await store.collection('audit').insert([line.entry], line.weighty ? 'machine' : 'process');
    },
  });
}
