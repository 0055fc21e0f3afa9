import type { Subscription } from '../ports/bus.ts';

/** Refuses a group that is there already, and numbers with which nothing would ever be handled. */
export function checkSubscription(
  { group, attempts, most }: Subscription,
  groups: { has(group: string): boolean },
): void {
  if (groups.has(group)) throw new TypeError(`${group} has subscribed already.`);
  for (const [name, value] of Object.entries({ attempts, most })) {
    if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} of ${group} is at least 1, not ${value}.`);
  }
}
