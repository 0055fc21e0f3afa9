import { describe, expect, it } from 'vitest';
import { floorBeginnings, floorEndings } from '../../../src/core/events/floor-changes.ts';
import { emptyFloor, type Floor, type Speaker } from '../../../src/core/floor/floor.ts';
import { agentId, bridgeName, chatId, foreignMember, messageId, turnId } from '../../../src/core/ids.ts';

const bridge = bridgeName('test');
const chat = chatId(bridge, 'room');
const mara = foreignMember(bridge, '@mara');
const question = messageId(bridge, 'question');

const agent = (id: string, given: Partial<Speaker> = {}): Speaker =>
  ({
    kind: 'agent',
    turn: turnId(question, agentId(id)),
    agent: agentId(id),
    reason: 'mentioned',
    trigger: question,
    since: 5,
    direct: true,
    ...given,
  }) as Speaker;
const person: Speaker = { kind: 'person', person: mara, reason: '✋', since: 7 };

const floor = (given: Partial<Floor>): Floor => ({ ...(emptyFloor(chat) as Floor), ...given });
const free = floor({});

describe('a floor', () => {
  it('that stays as it is tells nothing', () => {
    const busy = floor({ currentSpeaker: agent('ada'), queue: [person] });
    expect([...floorEndings(busy, busy), ...floorBeginnings(busy, busy)]).toEqual([]);
  });

  it('tells of agents by their turn, and of people by when they asked', () => {
    const after = floor({ currentSpeaker: agent('ada'), queue: [person] });
    expect(floorBeginnings(free, after).map(({ id }) => id)).toEqual([
      'SpeakRequested:test:question/ada',
      'SpeakRequested:test:room/test:@mara/7',
      'SpeakGranted:test:question/ada',
    ]);
  });

  it('tells who granted, where a moderator did, and when the slot ends', () => {
    const slot = { startedAt: 10, endsAt: 90, messagesLeft: 1 };
    const moderator = { kind: 'person', person: mara } as const;
    const called = floor({ currentSpeaker: agent('ada', { granted: true }), slot, moderator });
    const byRule = floor({ currentSpeaker: agent('ada'), slot, moderator });
    const granted = (after: Floor) => floorBeginnings(floor({ queue: [agent('ada')] }), after).map(({ data }) => data);
    expect(granted(called)).toMatchObject([{ by: mara, endsAt: 90 }]);
    expect(granted(byRule)).toMatchObject([{ by: null, endsAt: 90 }]);
  });

  it('tells who had it, and who waited in vain', () => {
    const before = floor({ currentSpeaker: agent('ada'), queue: [person, agent('bruno')] });
    const told = floorEndings(before, floor({ currentSpeaker: agent('bruno') }));
    expect(told.map(({ data }) => data)).toMatchObject([
      { speaker: 'agent:ada', how: 'ended' },
      { speaker: mara, how: 'withdrawn' },
    ]);
  });

  it('tells that a slot was over only where it was', () => {
    const slot = { startedAt: 10, endsAt: 90, messagesLeft: 1 };
    const before = floor({ currentSpeaker: agent('ada'), slot });
    const types = (freeSince: number) => floorEndings(before, floor({ freeSince })).map(({ type }) => type);
    expect(types(89)).toEqual(['SpeakReleased']);
    expect(types(90)).toEqual(['SlotExpired', 'SpeakReleased']);
  });

  it('cuts a reason that is too long', () => {
    const after = floor({ queue: [agent('ada', { reason: 'x'.repeat(5000) })] });
    expect(floorBeginnings(free, after)).toMatchObject([{ data: { reason: `${'x'.repeat(199)}…` } }]);
  });
});
