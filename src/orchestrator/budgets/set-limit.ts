import { dayOf } from '../../core/budget/day.ts';
import { type BudgetHolder, holderKey, type Limit, type LimitChange, type SetLimit } from '../../core/budget/limit.ts';
import type { MemberId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';
import { maxSetLimits } from './limit-book.ts';

/**
 * Sets a limit while Parley runs, for today or until it is changed. It goes before the configuration, as far as it says something. Gives the
 * limit that holds now, or null where too many are set already. May be repeated.
 */
export async function setLimit(
  parley: Installation,
  given: {
    readonly holder: BudgetHolder;
    readonly limit: LimitChange;
    readonly when: 'today' | 'always';
    readonly by: MemberId;
  },
): Promise<Limit | null> {
  const { holder, limit, when, by } = given;
  const limits = parley.store.collection('budget_limits');
  const day = dayOf(parley.clock.now(), parley.settings.budgets.timeZone);
  const known = await limits.find({ limit: maxSetLimits });
  const _id = holderKey(holder);
  if (known.length >= maxSetLimits && known.every(one => one._id !== _id)) return null;
  await ensure(limits, { _id, holder, always: {}, forDay: null, setBy: by });
  await change(limits, _id, stored => withLimit({ ...stored, setBy: by }, { limit, when, day }));
  await parley.limits.refresh();
  parley.signals.send({ type: 'limits-changed' });
  return parley.limits.of(holder, day);
}

function withLimit(
  stored: SetLimit,
  { limit, when, day }: { limit: LimitChange; when: 'today' | 'always'; day: string },
): SetLimit {
  const today = stored.forDay?.day === day ? stored.forDay.limit : {};
  if (when === 'today') return { ...stored, forDay: { day, limit: { ...today, ...limit } } };
  // What was set for today would hide what is set now.
  const left = Object.fromEntries(Object.entries(today).filter(([unit]) => !(unit in limit)));
  return { ...stored, always: { ...stored.always, ...limit }, forDay: { day, limit: left } };
}

/** Forgets what was set: the configuration counts again. Gives the limit that holds now. */
export async function resetLimit(parley: Installation, holder: BudgetHolder): Promise<Limit> {
  await parley.store.collection('budget_limits').delete(holderKey(holder));
  await parley.limits.refresh();
  parley.signals.send({ type: 'limits-changed' });
  return parley.limits.of(holder, dayOf(parley.clock.now(), parley.settings.budgets.timeZone));
}
