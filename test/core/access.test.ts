import { describe, expect, it } from 'vitest';
import {
  type AccessRules,
  may,
  type Permission,
  permissions,
  type Role,
  rightIn,
  roleOf,
} from '../../src/core/access.ts';
import { agentId, agentMember, bridgeName, foreignMember, type MemberId } from '../../src/core/ids.ts';

const matrix = bridgeName('matrix');
const member = (address: string) => foreignMember(matrix, address);
const mara = member('@mara:example.org');
const needs = {
  invite: 'user',
  command: 'user',
  floor: 'admin',
  agents: 'admin',
  budgets: 'admin',
  approve: 'admin',
} as const;

const rules = (people: Record<string, Role>, others: Role = 'guest'): AccessRules => ({ people, others, needs });

describe('the role of a member', () => {
  it.each<[Record<string, Role>, string, Role]>([
    [{ '*:example.org': 'user' }, '@mara:example.org', 'user'],
    [{ 'example.org': 'user' }, '@mara:example.org', 'user'],
    [{ 'example.org': 'user' }, '@mara:elsewhere.org', 'guest'],
    [{ 'elsewhere.org': 'user' }, '@mara:not-elsewhere.org', 'guest'],
    [{ 'elsewhere.org': 'user' }, '@mara:elsewhere.org.example', 'guest'],
    [{ 'elsewhere.org': 'user' }, '@mara:elsewherexorg', 'guest'],
    [{ 'example.org:8448': 'user' }, '@mara:example.org:8448', 'user'],
    [{ '*': 'user' }, '@mara:elsewhere.org', 'user'],
    [{ '@mara:*': 'user' }, '@mara:anywhere.net:8448', 'user'],
    [{ '@m*a:example.org': 'user' }, '@mara:example.org', 'user'],
    [{ '@m*a:example.org': 'user' }, '@m:a:example.org', 'user'],
    [{ '@ma*ar:x': 'user' }, '@mar:x', 'guest'],
    [{ '@mara:example.org': 'admin' }, '@mara2:example.org', 'guest'],
    [{ '@mara:example.org': 'admin' }, '@Mara:example.org', 'guest'],
    [{}, '@mara:example.org', 'guest'],
  ])('where %j stands, %s is %s', (people, address, role) => {
    expect(roleOf(member(address), rules(people))).toBe(role);
  });

  it('goes by the address itself before any pattern, then by what says most', () => {
    const people: Record<string, Role> = {
      '*': 'none',
      'example.org': 'user',
      '@bot*:example.org': 'none',
      [`@bot-${'x'.repeat(40)}*`]: 'guest',
      '@bot-a:example.org': 'admin',
    };
    const role = (address: string) => roleOf(member(address), rules(people));
    expect(['@mara:example.org', '@bot-b:example.org', '@bot-a:example.org', '@eve:elsewhere.org'].map(role)).toEqual([
      'user',
      'none',
      'admin',
      'none',
    ]);
  });

  it('is the one that gives less where two patterns say as much, in whatever order they stand', () => {
    expect(roleOf(mara, rules({ '@mar*': 'admin', '*.org': 'none', '*ara:e*': 'guest' }))).toBe('guest');
    expect(roleOf(mara, rules({ '@m*': 'none', '*rg': 'admin' }))).toBe('none');
    expect(roleOf(mara, rules({ '*rg': 'admin', '@m*': 'none' }))).toBe('none');
  });

  it('is found at once for a pattern of many stars and an address that almost fits', () => {
    // A search that tries every way would never end.
    expect(roleOf(member(`@${'a'.repeat(250)}`), rules({ [`${'*a'.repeat(100)}*b`]: 'user' }))).toBe('guest');
  });

  it('does not take what every object has for a person', () => {
    expect(roleOf(member('constructor'), rules({}))).toBe('guest');
    expect(roleOf(member('__proto__'), rules({}))).toBe('guest');
  });
});

const allowed = (who: MemberId, given: AccessRules, place?: Parameters<typeof may>[3]): Permission[] =>
  permissions.filter(permission => may(who, permission, given, place));
const chat = (given: Partial<Parameters<typeof rightIn>[0]> = {}) => ({
  chatType: 'group' as const,
  createdBy: null,
  participants: [mara],
  ...given,
});

describe('what a member may do', () => {
  it.each<[Role, Permission[]]>([
    ['admin', ['invite', 'command', 'floor', 'agents', 'budgets', 'approve']],
    ['user', ['invite', 'command']],
    ['guest', []],
    ['none', []],
  ])('as %s: %j', (role, expected) => {
    expect(allowed(mara, rules({}, role))).toEqual(expected);
  });

  it('in a room that they made, or lead, or moderate: also rule its floor, even as a guest', () => {
    const guests = rules({});
    expect(allowed(mara, guests, { chat: chat(), moderator: null })).toEqual([]);
    expect(allowed(mara, guests, { chat: chat({ createdBy: mara }), moderator: null })).toEqual(['floor']);
    expect(allowed(mara, guests, { chat: chat({ accessRights: { [mara]: 'admin' } }), moderator: null })).toEqual([
      'floor',
    ]);
    expect(allowed(mara, guests, { chat: chat(), moderator: mara })).toEqual(['floor']);
  });

  it('is nothing for who is none, also in a room of their own', () => {
    expect(allowed(mara, rules({}, 'none'), { chat: chat({ createdBy: mara }), moderator: mara })).toEqual([]);
  });

  it('is to invite, for our own agents, and nothing else', () => {
    expect(allowed(agentMember(agentId('ada')), rules({}, 'admin'))).toEqual(['invite']);
  });

  it('goes by what the configuration says that it needs', () => {
    expect(
      allowed(mara, { people: {}, others: 'guest', needs: { ...needs, command: 'guest', invite: 'admin' } }),
    ).toEqual(['command']);
  });
});

describe('what a member is in a chat', () => {
  it('is owner who made it, what stands there, else member, and guest who is not in it', () => {
    expect(rightIn(chat({ createdBy: mara, accessRights: { [mara]: 'guest' } }), mara)).toBe('owner');
    expect(rightIn(chat({ accessRights: { [mara]: 'guest' } }), mara)).toBe('guest');
    expect(rightIn(chat(), mara)).toBe('member');
    expect(rightIn(chat({ participants: [] }), mara)).toBe('guest');
  });

  it('is admin for a person who is alone with an agent', () => {
    expect(rightIn(chat({ chatType: 'private' }), mara)).toBe('admin');
  });
});
