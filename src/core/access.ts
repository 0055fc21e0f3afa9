import type { Chat } from './chat.ts';
import { agentOf, externalIdOf, type MemberId } from './ids.ts';
import { fits } from './pattern.ts';

/** Who somebody is to this installation, the most first. `none`: never answered. */
export const roles = ['admin', 'user', 'guest', 'none'] as const;
export type Role = (typeof roles)[number];

/**
 * What needs a right: to invite agents; to use commands and reactions that act; to rule the floor of every room; to make and change
 * agents; to raise limits; to allow what agents may not do by themselves.
 */
export const permissions = ['invite', 'command', 'floor', 'agents', 'budgets', 'approve'] as const;
export type Permission = (typeof permissions)[number];

/** What somebody is in one chat, the most first. */
export const chatRights = ['owner', 'admin', 'member', 'guest'] as const;
export type ChatRight = (typeof chatRights)[number];

export interface AccessRules {
  /**
   * Roles by pattern of addresses (`@mara:example.org`), in which `*` stands for any characters; a name without `@` and `*` is a whole
   * server.
   */
  readonly people: Readonly<Record<string, Role>>;
  /** The role of whoever fits none of them. */
  readonly others: Role;
  /** The least role that each of these needs. */
  readonly needs: Readonly<Record<Permission, Role>>;
  /** What agents may use for people of a role, of the tools that they have; null or missing: all. */
  readonly tools?: Readonly<Partial<Record<Role, readonly string[] | null>>>;
}

/**
 * The role of a member, by their id alone. An address that is named as it is goes before every pattern, then the pattern that says most (the
 * most characters besides `*`); of two that say as much, the one that gives less. Our own agents are users.
 */
export function roleOf(member: MemberId, { people, others }: AccessRules): Role {
  if (agentOf(member) !== null) return 'user';
  const address = externalIdOf(member);
  if (Object.hasOwn(people, address)) return people[address] ?? others;
  let best: { role: Role; said: number } | null = null;
  for (const [pattern, role] of Object.entries(people)) {
    const whole = wholeServer(pattern);
    const said = whole.replaceAll('*', '').length;
    if (best !== null && (said < best.said || (said === best.said && rank(role) < rank(best.role)))) continue;
    if (fits(address, whole)) best = { role, said };
  }
  return best?.role ?? others;
}

const rank = (role: Role): number => roles.indexOf(role);

/** Whether a role is that one, or more. */
export const isAtLeast = (role: Role, needed: Role): boolean => rank(role) <= rank(needed);

/** A name without `@` and `*` is a whole server. */
export const wholeServer = (pattern: string): string =>
  pattern.includes('@') || pattern.includes('*') ? pattern : `*:${pattern}`;

/** What a member is in a chat. Who is alone with an agent leads the chat. */
export function rightIn(
  {
    createdBy,
    accessRights,
    chatType,
    participants,
  }: Pick<Chat, 'createdBy' | 'chatType' | 'participants'> & {
    readonly accessRights?: Chat['accessRights'];
  },
  member: MemberId,
): ChatRight {
  if (createdBy === member) return 'owner';
  const given = accessRights?.[member];
  if (given !== undefined) return given;
  if (!participants.includes(member)) return 'guest';
  return chatType === 'private' && agentOf(member) === null ? 'admin' : 'member';
}

/** Whether who has this right leads the chat. */
const leads = (right: ChatRight): boolean => right === 'owner' || right === 'admin';

/** Where something is asked for: the chat, and who moderates it, if a person does. */
export interface Place {
  readonly chat: Parameters<typeof rightIn>[0];
  readonly moderator: MemberId | null;
}

/**
 * Whether a member may do a thing, by their id alone. Who leads a chat, and its moderator, may rule its floor whatever their role, unless
 * that is `none`. Agents have no rights but to invite: what else they do goes by the tools that they are given.
 */
export function may(member: MemberId, permission: Permission, rules: AccessRules, place?: Place): boolean {
  if (agentOf(member) !== null) return permission === 'invite';
  const role = roleOf(member, rules);
  if (role === 'none') return false;
  if (isAtLeast(role, rules.needs[permission])) return true;
  if (permission !== 'floor' || place === undefined) return false;
  return place.moderator === member || leads(rightIn(place.chat, member));
}
