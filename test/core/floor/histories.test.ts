import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hold, resume, setModerator, setSlotRules } from '../../../src/core/floor/conduct.ts';
import { emptyFloor, type Floor, type Moderator, type Speaker } from '../../../src/core/floor/floor.ts';
import { decider, type FloorRules, giveTo, grant, grantNext, looksAgainAt } from '../../../src/core/floor/grant.ts';
import { clear, keyOf, request, withdraw, withdrawPerson } from '../../../src/core/floor/queue.ts';
import { endSlot, expire, release, renewSlot, spoke } from '../../../src/core/floor/slot.ts';
import { floorOf } from '../../../src/core/floor/stored-floor.ts';
import { agentId, bridgeName, chatId, foreignMember } from '../../../src/core/ids.ts';
import { agentSpeaker } from '../../fakes/speakers.ts';

const memory = bridgeName('memory');
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };
const empty = { ...emptyFloor(chatId(memory, '!room')), ...stamp } as Floor;
const person = (n: number) => foreignMember(memory, `@person${n}`);

/** What may happen to a floor. Agents ask by turns of their own, so a number never asks twice. */
type Happening =
  | { readonly what: 'agent asks' | 'volunteer asks' }
  | { readonly what: 'person asks' | 'person speaks' | 'person leaves' | 'call' | 'give'; readonly who: number }
  | { readonly what: 'time'; readonly seconds: number }
  | { readonly what: 'agent ends' | 'agent leaves' | 'end slot' | 'hold' | 'resume' | 'clear' | 'restart' }
  | { readonly what: 'moderator'; readonly moderator: Moderator }
  | { readonly what: 'slots'; readonly seconds: number };

const byRule: fc.Arbitrary<Moderator> = fc.constantFrom('order', 'priority').map(rule => ({ kind: 'rule', rule }));
const byAnybody: fc.Arbitrary<Moderator> = fc.oneof(
  byRule,
  fc.constant<Moderator>({ kind: 'person', person: person(0) }),
  fc.constant<Moderator>({ kind: 'agent', agent: agentId('ada') }),
);

const happenings = (moderators: fc.Arbitrary<Moderator>, orders: boolean): fc.Arbitrary<readonly Happening[]> => {
  const who = fc.integer({ min: 0, max: 4 });
  const always: fc.Arbitrary<Happening>[] = [
    fc.constantFrom<Happening>({ what: 'agent asks' }, { what: 'volunteer asks' }, { what: 'agent ends' }),
    fc.record({ what: fc.constantFrom('person asks', 'person speaks', 'person leaves'), who }),
    fc.record({ what: fc.constant('time'), seconds: fc.integer({ min: 0, max: 200 }) }),
    fc.constantFrom<Happening>({ what: 'agent leaves' }, { what: 'end slot' }, { what: 'restart' }),
    fc.record({ what: fc.constant('moderator'), moderator: moderators }),
    fc.record({ what: fc.constant('slots'), seconds: fc.integer({ min: 5, max: 300 }) }),
  ];
  const ordered: fc.Arbitrary<Happening>[] = [
    fc.record({ what: fc.constantFrom('call', 'give'), who }),
    fc.constantFrom<Happening>({ what: 'hold' }, { what: 'resume' }, { what: 'clear' }),
  ];
  return fc.array(fc.oneof(...always, ...(orders ? ordered : [])), { maxLength: 60, size: 'max' });
};

interface World {
  readonly floor: Floor;
  readonly now: number;
  readonly startedAt: number;
  readonly asked: number;
  readonly told: readonly string[];
  readonly served: readonly string[];
}

const begin: World = { floor: empty, now: 1_000, startedAt: 0, asked: 0, told: [], served: [] };
const keys = (speakers: readonly Speaker[]): string[] => speakers.map(keyOf);

/** What the orchestrator does about one happening, without the grant. */
function happen(world: World, given: Happening): World {
  const { floor, now, asked, told } = world;
  const become = (next: Floor): World => ({ ...world, floor: next });
  switch (given.what) {
    case 'agent asks':
    case 'volunteer asks': {
      const direct = given.what === 'agent asks';
      return { ...become(request(floor, { ...agentSpeaker(asked), since: now, direct })), asked: asked + 1 };
    }
    case 'person asks':
      return become(request(floor, { kind: 'person', person: person(given.who), reason: 'asked', since: now }));
    case 'person speaks':
      return become(spoke(floor, person(given.who), now));
    case 'person leaves':
      return { ...become(withdrawPerson(floor, person(given.who), now)), told: [...told, person(given.who)] };
    case 'agent ends':
      return become(floor.currentSpeaker?.kind === 'agent' ? release(floor, now) : floor);
    case 'agent leaves': {
      const left = withdraw(floor, ({ turn }) => turn.length % 2 === 0);
      return { ...become(left.floor), told: [...told, ...keys(left.withdrawn)] };
    }
    case 'clear': {
      const left = clear(floor);
      return { ...become(left.floor), told: [...told, ...keys(left.withdrawn)] };
    }
    case 'call':
      return become(
        grant(floor, floor.queue[given.who] === undefined ? 'nobody' : keyOf(floor.queue[given.who] as Speaker)),
      );
    case 'give':
      return become(giveTo(floor, { kind: 'person', person: person(given.who), reason: 'called', since: now }, now));
    case 'time':
      return { ...world, now: now + given.seconds * 1000 };
    case 'restart':
      return { ...world, startedAt: now };
    case 'end slot':
      return become(endSlot(floor, now));
    case 'hold':
      return become(hold(floor));
    case 'resume':
      return become(resume(floor, now));
    case 'moderator':
      return become(setModerator(floor, given.moderator, now));
    case 'slots':
      return become(setSlotRules(floor, { seconds: given.seconds, messages: 2 }));
  }
}

const rules: FloorRules = {
  moderated: true,
  moderatorHere: true,
  moderatorMs: 30_000,
  slot: { seconds: 120, messages: 3 },
};

/** The room worker: whose slot is over is stopped and gives the floor back, and the next one gets it. */
function settle(world: World): World {
  const { floor, overdue } = expire(renewSlot(world.floor, world.startedAt, world.now), world.now);
  const next = grantNext(overdue === null ? floor : release(floor, world.now), rules, world.now);
  const got = next.currentSpeaker;
  const isNew = got !== null && got !== floor.currentSpeaker;
  return { ...world, floor: next, served: isNew ? [...world.served, keyOf(got)] : world.served };
}

function play(history: readonly Happening[], look: (before: World, after: World) => void = () => {}): World {
  return history.reduce((world, given) => {
    const after = settle(happen(world, given));
    look(world, after);
    return after;
  }, begin);
}

it('never two have the floor, nobody waits twice, and who asked waits, was served, or is told', () => {
  fc.assert(
    fc.property(happenings(byAnybody, true), history => {
      play(history, (before, { floor, served, told }) => {
        const waiting = keys(floor.queue);
        expect(new Set(waiting).size).toBe(waiting.length);
        if (floor.currentSpeaker !== null) expect(waiting).not.toContain(keyOf(floor.currentSpeaker));
        const speaking = floor.currentSpeaker === null ? [] : [keyOf(floor.currentSpeaker)];
        const accounted = new Set([...waiting, ...speaking, ...served, ...told]);
        for (const key of keys(before.floor.queue)) expect(accounted).toContain(key);
      });
    }),
  );
});

it('every slot ends: nobody keeps the floor longer, and the room is looked at when it is over', () => {
  fc.assert(
    fc.property(happenings(byAnybody, true), history => {
      play(history, (_before, { floor, now }) => {
        expect(floor.slot === null).toBe(floor.currentSpeaker === null);
        if (floor.slot === null) return;
        expect(floor.slot.endsAt).toBeGreaterThan(now);
        expect(floor.slot.endsAt - now).toBeLessThanOrEqual(300_000);
        expect(looksAgainAt(floor, rules)).toBe(floor.slot.endsAt);
      });
    }),
  );
});

it('with a rule as moderator a person waits for no agent longer than one slot', () => {
  fc.assert(
    fc.property(happenings(byRule, false), history => {
      play(history, (before, { floor }) => {
        const got = floor.currentSpeaker;
        const isNew = got !== null && keyOf(got) !== speakingIn(before);
        const waits = floor.queue.some(({ kind }) => kind === 'person');
        // No agent gets the floor while a person waits: the one who speaks is the only one to wait for.
        expect(waits && isNew && got.kind === 'agent').toBe(false);
        // A free floor goes to somebody at once.
        if (floor.queue.length > 0) expect(got).not.toBeNull();
      });
    }),
  );
});

const speakingIn = ({ floor }: World): string | null =>
  floor.currentSpeaker === null ? null : keyOf(floor.currentSpeaker);

it('everybody who waits is served in the end, whatever happened before', () => {
  fc.assert(
    fc.property(happenings(byAnybody, true), history => {
      let world = play([
        ...history,
        { what: 'resume' },
        { what: 'moderator', moderator: { kind: 'rule', rule: 'order' } },
      ]);
      const waiting = keys(world.floor.queue);
      for (let slot = 0; slot <= waiting.length; slot += 1)
        world = settle(happen(world, { what: 'time', seconds: 300 }));
      expect(world.floor).toMatchObject({ currentSpeaker: null, queue: [] });
      for (const key of waiting) expect(world.served).toContain(key);
    }),
  );
});

it('an agent that moderates never keeps a room waiting for ever', () => {
  fc.assert(
    fc.property(happenings(byAnybody, false), history => {
      const moderator: Moderator = { kind: 'agent', agent: agentId('ada') };
      let world = play([...history, { what: 'resume' }, { what: 'moderator', moderator }]);
      const rounds = 2 * world.floor.queue.length + 2;
      for (let round = 0; round < rounds; round += 1) world = settle(happen(world, { what: 'time', seconds: 300 }));
      expect(world.floor).toMatchObject({ currentSpeaker: null, queue: [] });
    }),
  );
});

it('an agent that moderates and calls nobody but agents lets a person wait hardly longer than a slot', () => {
  const bruno: Moderator = { kind: 'agent', agent: agentId('bruno') };
  const calling = (world: World): World => {
    const called = decider(world.floor, rules) === null ? undefined : world.floor.queue.findLast(isAgent);
    return called === undefined ? world : settle({ ...world, floor: grant(world.floor, keyOf(called)) });
  };
  fc.assert(
    fc.property(happenings(fc.constant(bruno), false), history => {
      history.reduce(
        (before, given) => {
          const after = calling(settle(happen(before, given)));
          const { currentSpeaker: got, queue, slotRules } = after.floor;
          const overdue = after.now - 1000 * (slotRules ?? { seconds: 120 }).seconds;
          const isNew = got !== null && keyOf(got) !== speakingIn(before);
          if (isNew && isAgent(got))
            for (const one of queue.filter(isPerson)) expect(one.since).toBeGreaterThan(overdue);
          return after;
        },
        { ...begin, floor: setModerator(empty, bruno, 0) },
      );
    }),
  );
});

const isAgent = ({ kind }: Speaker): boolean => kind === 'agent';
const isPerson = ({ kind }: Speaker): boolean => kind === 'person';

it('any beginning of a history that is played again gives the same floor, also when it is stored and read at each step', () => {
  fc.assert(
    fc.property(happenings(byAnybody, true), fc.nat(60), (history, length) => {
      const prefix = history.slice(0, length);
      const once = play(prefix);
      expect(play(prefix)).toEqual(once);
      const stored = prefix.reduce((world, given) => {
        const after = settle(happen(world, given));
        return { ...after, floor: floorOf(JSON.parse(JSON.stringify(after.floor))) };
      }, begin);
      expect(stored.floor).toEqual(once.floor);
      // What was done already changes nothing when it is done again: a step that a crash cut short is repeated.
      expect(settle(once).floor).toEqual(once.floor);
    }),
  );
});
