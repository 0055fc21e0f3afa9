import { describe, expect, it } from 'vitest';
import { hold, resume, setModerator, setSlotRules } from '../../../src/core/floor/conduct.ts';
import { emptyFloor, type Floor, type PersonSpeaker } from '../../../src/core/floor/floor.ts';
import {
  decider,
  type FloorRules,
  giveTo,
  grant,
  grantNext,
  looksAgainAt,
  moderatorNow,
} from '../../../src/core/floor/grant.ts';
import {
  address,
  clear,
  enqueue,
  keyOf,
  maxWaiting,
  request,
  withdraw,
  withdrawPerson,
} from '../../../src/core/floor/queue.ts';
import { endSlot, expire, release, renewSlot, spoke } from '../../../src/core/floor/slot.ts';
import { floorOf, type StoredFloor } from '../../../src/core/floor/stored-floor.ts';
import { agentId, bridgeName, chatId, foreignMember } from '../../../src/core/ids.ts';
import { agentSpeaker } from '../../fakes/speakers.ts';

const memory = bridgeName('memory');
const chat = chatId(memory, '!room');
const mara = foreignMember(memory, '@mara');
const stamp = { version: 1, createdAt: 0, updatedAt: 7, tenant: 'default' };
const empty = { ...emptyFloor(chat), ...stamp } as Floor;
const slot = { seconds: 120, messages: 3 };
const rules: FloorRules = { moderated: false, moderatorHere: false, moderatorMs: 30_000, slot };
const moderated: FloorRules = { ...rules, moderated: true, moderatorHere: true };
const speaker = agentSpeaker;
const person = (since = 0): PersonSpeaker => ({ kind: 'person', person: mara, reason: 'asked for the floor', since });
const speaking = ({ currentSpeaker }: Floor): string | null => (currentSpeaker === null ? null : keyOf(currentSpeaker));
const turnOf = (n: number): string => speaker(n).turn;

describe('the floor', () => {
  it('goes to the first in the queue, and only when nobody has it', () => {
    const first = grantNext(enqueue(empty, [speaker(1), speaker(2)]), rules, 0);
    expect(speaking(first)).toBe(turnOf(1));
    expect(grantNext(first, rules, 0)).toBe(first);
    expect(speaking(grantNext(release(first, 0), rules, 0))).toBe(turnOf(2));
  });

  it('knows each turn once, whether it waits or speaks', () => {
    const first = grantNext(enqueue(empty, [speaker(1), speaker(2)]), rules, 0);
    expect(enqueue(first, [speaker(1), speaker(2)])).toBe(first);
  });

  it('keeps the others in order when some withdraw', () => {
    const waiting = enqueue(empty, [speaker(1), speaker(2), speaker(3)]);
    const { floor, withdrawn } = withdraw(waiting, ({ trigger }) => trigger === 'memory:$2');
    expect(withdrawn).toHaveLength(1);
    expect(floor.queue.map(keyOf)).toEqual([turnOf(1), turnOf(3)]);
  });

  it('remembers whom people spoke to in the latest hundred threads', () => {
    let floor = empty;
    for (let thread = 0; thread < 150; thread += 1) floor = address(floor, `t${thread}`, agentId('ada'));
    expect(Object.keys(floor.lastAddressed)).toHaveLength(100);
    expect(floor.lastAddressed.t149).toBe('ada');
  });
});

describe('a slot', () => {
  const withAgent = grantNext(enqueue(empty, [speaker(1), speaker(2)]), rules, 1000);
  const withPerson = grantNext(request(empty, person()), rules, 1000);

  it('begins with the grant, as long as the room says, else the configuration', () => {
    expect(withAgent.slot).toEqual({ startedAt: 1000, endsAt: 121_000, messagesLeft: 1 });
    const short = setSlotRules(request(empty, person()), { seconds: 10, messages: 2 });
    expect(grantNext(short, rules, 1000).slot).toEqual({ startedAt: 1000, endsAt: 11_000, messagesLeft: 2 });
    expect(looksAgainAt(withAgent, rules)).toBe(121_000);
  });

  it('is not there where everybody has all the time', () => {
    const floor = grantNext(enqueue(empty, [speaker(1)]), { ...rules, slot: null }, 1000);
    expect(floor).toMatchObject({ slot: null, currentSpeaker: { agent: 'ada' } });
    expect(looksAgainAt(floor, rules)).toBeNull();
  });

  it('ends for a person by giving the floor back, and for an agent by naming the turn to stop', () => {
    expect(expire(withPerson, 120_999).floor).toBe(withPerson);
    expect(expire(withPerson, 121_000).floor).toMatchObject({ currentSpeaker: null, slot: null, freeSince: 121_000 });
    expect(expire(withAgent, 120_999).overdue).toBeNull();
    expect(expire(withAgent, 121_000)).toMatchObject({ floor: withAgent, overdue: { turn: turnOf(1) } });
  });

  it('ends early when the moderator says so', () => {
    expect(expire(endSlot(withAgent, 5000), 5000).overdue).toMatchObject({ turn: turnOf(1) });
    expect(speaking(expire(endSlot(withPerson, 5000), 5000).floor)).toBeNull();
    expect(endSlot(empty, 5000)).toBe(empty);
  });

  it('of a person has so many messages, and those of others do not count', () => {
    const tom = foreignMember(memory, '@tom');
    expect(spoke(withPerson, tom, 2000)).toBe(withPerson);
    const second = spoke(spoke(withPerson, mara, 2000), mara, 2000);
    expect(second.slot?.messagesLeft).toBe(1);
    expect(speaking(spoke(second, mara, 2000))).toBeNull();
    expect(spoke(withAgent, mara, 2000)).toBe(withAgent);
  });

  it('of an agent begins anew when Parley was down meanwhile', () => {
    expect(renewSlot(withAgent, 900, 900_000)).toBe(withAgent);
    expect(renewSlot(withAgent, 800_000, 900_000).slot).toEqual({
      startedAt: 900_000,
      endsAt: 1_020_000,
      messagesLeft: 1,
    });
    expect(renewSlot(withPerson, 800_000, 900_000)).toBe(withPerson);
  });
});

describe('a person', () => {
  it('waits for no more than the agent who speaks', () => {
    const waiting = request(grantNext(enqueue(empty, [speaker(1), speaker(2), speaker(3)]), rules, 0), person());
    expect(speaking(grantNext(release(waiting, 0), rules, 0))).toBe(mara);
  });

  it('asks once, and not where too many wait', () => {
    const asked = request(empty, person());
    expect(request(asked, person(5))).toBe(asked);
    const full = enqueue(
      empty,
      Array.from({ length: maxWaiting }, (_, n) => speaker(n)),
    );
    expect(request(full, person())).toBe(full);
  });

  it('who leaves neither waits nor speaks', () => {
    const floor = grantNext(enqueue(request(empty, person()), [speaker(1)]), rules, 0);
    expect(speaking(floor)).toBe(mara);
    expect(withdrawPerson(floor, mara, 0)).toMatchObject({ currentSpeaker: null, queue: [{ turn: turnOf(1) }] });
    expect(withdrawPerson(request(empty, person()), mara, 0).queue).toEqual([]);
  });
});

describe('a moderator', () => {
  const maraModerates = setModerator(enqueue(empty, [speaker(1), speaker(2)]), { kind: 'person', person: mara }, 0);
  const brunoModerates = setModerator(maraModerates, { kind: 'agent', agent: agentId('bruno') }, 0);

  it('is the only one who gives the floor', () => {
    expect(grantNext(maraModerates, moderated, 1e9)).toBe(maraModerates);
    const granted = grant(maraModerates, turnOf(2));
    expect(speaking(grantNext(granted, moderated, 0))).toBe(turnOf(2));
    expect(grant(granted, turnOf(2))).toBe(granted);
    expect(grant(maraModerates, turnOf(9))).toBe(maraModerates);
  });

  it('has no say where the room is not moderated, or where they are not there', () => {
    expect(speaking(grantNext(maraModerates, rules, 0))).toBe(turnOf(1));
    expect(speaking(grantNext(maraModerates, { ...moderated, moderatorHere: false }, 0))).toBe(turnOf(1));
    expect(moderatorNow(maraModerates, { ...moderated, moderatorHere: false })).toEqual({
      kind: 'rule',
      rule: 'order',
    });
    expect(moderatorNow(maraModerates, moderated)).toEqual({ kind: 'person', person: mara });
  });

  it('that is an agent has a time for each grant; then the rule takes over', () => {
    const free = { ...brunoModerates, freeSince: 10_000 };
    expect(looksAgainAt(free, moderated)).toBe(40_000);
    expect(grantNext(free, moderated, 39_999)).toBe(free);
    expect(speaking(grantNext(free, moderated, 40_000))).toBe(turnOf(1));
  });

  it('that is an agent decides while the floor is free and somebody else waits whom nobody has called', () => {
    const bruno = agentId('bruno');
    expect(decider(brunoModerates, moderated)).toBe(bruno);
    expect(decider(hold(brunoModerates), moderated)).toBe(bruno);
    expect(decider(brunoModerates, rules)).toBeNull();
    expect(decider(brunoModerates, { ...moderated, moderatorHere: false })).toBeNull();
    expect(decider(maraModerates, moderated)).toBeNull();
    expect(decider({ ...brunoModerates, queue: [] }, moderated)).toBeNull();
    expect(decider(grant(brunoModerates, turnOf(2)), moderated)).toBeNull();
    expect(decider(grantNext(brunoModerates, moderated, 60_000), moderated)).toBeNull();
  });

  it('that is an agent is not waited for where it was silent, nor where only it waits', () => {
    const now = { ...brunoModerates, freeSince: 10_000 };
    expect(grantNext(now, moderated, 10_000)).toBe(now);
    expect(speaking(grantNext(now, { ...moderated, moderatorSilent: true }, 10_000))).toBe(turnOf(1));
    const adaModerates = setModerator(brunoModerates, { kind: 'agent', agent: agentId('ada') }, 0);
    expect(speaking(grantNext(adaModerates, moderated, 0))).toBe(turnOf(1));
  });

  it('may say why with a grant, and has its whole time again after a hold, or when it is appointed', () => {
    const called = grant(brunoModerates, turnOf(2), 'called by Bruno: figures');
    expect(called.queue[1]).toMatchObject({ granted: true, reason: 'called by Bruno: figures; asked by Mara' });
    expect(looksAgainAt(resume(hold(brunoModerates), 50_000), moderated)).toBe(80_000);
    expect(looksAgainAt(setModerator(maraModerates, brunoModerates.moderator, 50_000), moderated)).toBe(80_000);
  });

  it('that is a rule may put those who were asked before those who volunteer', () => {
    const volunteer = { ...speaker(1), direct: false };
    const byOrder = enqueue(empty, [volunteer, speaker(2)]);
    expect(speaking(grantNext(byOrder, moderated, 0))).toBe(turnOf(1));
    const byPriority = setModerator(byOrder, { kind: 'rule', rule: 'priority' }, 0);
    expect(speaking(grantNext(byPriority, moderated, 0))).toBe(turnOf(2));
  });

  it('may give the floor to anybody at once: whoever speaks has to end', () => {
    const floor = giveTo(grantNext(enqueue(empty, [speaker(1), speaker(2), speaker(3)]), rules, 0), speaker(3), 5000);
    expect(expire(floor, 5000).overdue).toMatchObject({ turn: turnOf(1) });
    expect(speaking(grantNext(release(floor, 5000), moderated, 5000))).toBe(turnOf(3));
    expect(giveTo(floor, speaker(1), 5000)).toBe(floor);
  });
});

describe('a floor that is held', () => {
  it('goes to nobody until it is resumed', () => {
    const held = hold(grant(enqueue(empty, [speaker(1)]), turnOf(1)));
    expect(grantNext(held, rules, 0)).toBe(held);
    expect(speaking(grantNext(resume(held, 0), rules, 0))).toBe(turnOf(1));
    expect(hold(held)).toBe(held);
    expect(resume(empty, 0)).toBe(empty);
  });

  it('can be cleared, and names who waited', () => {
    const { floor, withdrawn } = clear(enqueue(request(empty, person()), [speaker(1)]));
    expect(floor.queue).toEqual([]);
    expect(withdrawn).toHaveLength(2);
  });
});

it('a floor that an earlier Parley stored gets what it lacks', () => {
  const { turn, agent, reason, trigger } = speaker(1);
  const old = {
    ...stamp,
    _id: chat,
    handledThrough: 5,
    currentSpeaker: { turn, agent, reason, trigger },
    queue: [],
    lastAddressed: {},
    turnsSincePerson: 2,
  } as unknown as StoredFloor;
  expect(floorOf(old)).toMatchObject({
    handledThrough: 5,
    turnsSincePerson: 2,
    currentSpeaker: { kind: 'agent', turn, since: 7, direct: true },
    moderator: { kind: 'rule', rule: 'order' },
    held: false,
    slot: null,
  });
  expect(floorOf(empty)).toBe(empty);
});
