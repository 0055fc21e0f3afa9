import type { Installation } from '../installation.ts';

const atOnce = 100;
/** A sweep deletes so many at most; the next one goes on. */
const mostPages = 20;

/** Deletes lines of the audit and dead letters that are older than the configuration keeps them. */
export async function expireAudit(parley: Pick<Installation, 'store' | 'clock' | 'settings'>): Promise<void> {
  for (const name of ['audit', 'dead_letters'] as const) {
    for (let page = 0; page < mostPages; page += 1) if (!(await expirePage(parley, name))) break;
  }
}

/** Whether there may be more. */
async function expirePage(
  { store, clock, settings }: Pick<Installation, 'store' | 'clock' | 'settings'>,
  name: 'audit' | 'dead_letters',
): Promise<boolean> {
  const collection = store.collection(name);
  const old = await collection.find({
    where: { timestamp: { below: clock.now() - settings.auditKeepMs } },
    orderBy: { field: 'timestamp', direction: 'asc' },
    limit: atOnce,
  });
  await Promise.all(old.map(({ _id }) => collection.delete(_id)));
  return old.length === atOnce;
}
