import { userInfo } from 'node:os';

const otherwise = 'person';
/** Agents' accounts, and those that stand for nobody in particular. */
const taken = /^(?:parley|agent-.*|root|admin|administrator|user|nobody)$/;

/** The account name for whoever is signed in to the system as `login`, where that can be one. Pure. */
export function accountNameFor(login: string | null): string {
  const name = login?.toLowerCase() ?? '';
  return /^[a-z][a-z0-9._-]{0,39}$/.test(name) && !taken.test(name) ? name : otherwise;
}

/** The account name of the first person. */
export function personName(): string {
  try {
    return accountNameFor(userInfo().username);
  } catch {
    // A system that has no entry for its user.
    return otherwise;
  }
}
