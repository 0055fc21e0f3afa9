import { describe, expect, it } from 'vitest';
import { setQuiet } from '../../../src/core/floor/conduct.ts';
import { emptyFloor, type Floor } from '../../../src/core/floor/floor.ts';
import { countUnasked, isQuiet, mayFollow } from '../../../src/core/floor/limits.ts';
import { enqueue } from '../../../src/core/floor/queue.ts';
import { agentId, bridgeName, chatId } from '../../../src/core/ids.ts';
import { agentSpeaker } from '../../fakes/speakers.ts';

const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };
const empty = { ...emptyFloor(chatId(bridgeName('memory'), '!room')), ...stamp } as Floor;
const ada = agentId('ada');
const limits = { maxHops: 3, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 };
const may = (floor: Floor, { hop = 1, now = 0 } = {}): boolean =>
  mayFollow(floor, { agent: ada, hop }, { limits, now });
const counted = (times: number, agent: (n: number) => string): Floor =>
  Array.from({ length: times }).reduce<Floor>((floor, _, n) => countUnasked(floor, agentId(agent(n)), n), empty);

describe('a turn that no person asked for', () => {
  it('is not made beyond the hops', () => {
    expect(may(empty, { hop: 3 })).toBe(true);
    expect(may(empty, { hop: 4 })).toBe(false);
  });

  it('counts with those that wait, until a person speaks', () => {
    const waiting = enqueue(
      empty,
      [1, 2, 3].map(n => ({ ...agentSpeaker(n), direct: false })),
    );
    expect(may({ ...waiting, turnsSincePerson: 2 })).toBe(true);
    expect(may({ ...waiting, turnsSincePerson: 3 })).toBe(false);
    expect(may({ ...enqueue(empty, [1, 2, 3].map(agentSpeaker)), turnsSincePerson: 5 })).toBe(true);
  });

  it('counts for an agent, and for the room, for a minute', () => {
    expect(
      may(
        counted(9, () => 'ada'),
        { now: 100 },
      ),
    ).toBe(true);
    expect(
      may(
        counted(10, () => 'ada'),
        { now: 100 },
      ),
    ).toBe(false);
    expect(
      may(
        counted(10, () => 'ada'),
        { now: 60_010 },
      ),
    ).toBe(true);
    expect(
      may(
        counted(19, n => `agent${n}`),
        { now: 100 },
      ),
    ).toBe(true);
    expect(
      may(
        counted(20, n => `agent${n}`),
        { now: 100 },
      ),
    ).toBe(false);
  });

  it('is not made while the room is to be quiet', () => {
    const quiet = setQuiet(empty, 1_000);
    expect(isQuiet(quiet, 999)).toBe(true);
    expect(may(quiet, { now: 999 })).toBe(false);
    expect(may(quiet, { now: 1_000 })).toBe(true);
  });

  it('is remembered within a bound', () => {
    const many = Array.from({ length: 500 }).reduce<Floor>(floor => countUnasked(floor, ada, 1), empty);
    expect(many.unasked).toHaveLength(100);
    expect(countUnasked(many, ada, 61_001).unasked).toHaveLength(1);
  });
});
