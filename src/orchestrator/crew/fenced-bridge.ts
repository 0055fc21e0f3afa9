import type { Bridge } from '../../ports/bridge.ts';
import type { Crew } from './crew.ts';
import { givenUp } from './fenced-store.ts';

/** What changes nothing for anybody, ends something, or gives no promise. */
const harmless: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'fits',
  'addressOf',
  'memberAt',
  'linkTo',
  'showTyping',
  'history',
  'earlier',
  'rooms',
  'state',
  'findSent',
  'latestEdit',
  'isWell',
  'readAttachment',
]);

/**
 * The bridge as a process may use it that works beside others: it sends, edits and changes nothing once they have gone on without it. Whatever
 * a bridge can do is fenced unless it is known to be harmless, also what is added to bridges later.
 */
export function fencedBridge<B extends Bridge>(bridge: B, crew: Pick<Crew, 'holds'>): B {
  return new Proxy(bridge, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || harmless.has(String(name))) return member;
      return (...given: unknown[]) => (crew.holds() ? Reflect.apply(member, target, given) : Promise.reject(givenUp()));
    },
  });
}
