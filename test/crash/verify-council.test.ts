import { describe, expect, it } from 'vitest';
import { type Away, verifyCouncil } from './verify-council.ts';

const tom = '@tom:test';
const ada = '@agent-ada:test';
const parley = '@parley:test';

/** The levels of a room over time: who may speak, by second. */
function faults(
  held: readonly (readonly [second: number, ...holders: string[]])[],
  more: Partial<Given> = {},
): string[] {
  const { away = [], asked = 1, users = { [parley]: 100 }, open = 10 } = more;
  const events = held.map(([second, ...holders]) => ({
    type: 'm.room.power_levels',
    origin_server_ts: second * 1_000,
    content: {
      events_default: second === 0 ? 10 : open,
      users: { ...users, ...Object.fromEntries(holders.map(who => [who, 10])) },
    },
  }));
  const hands = new Map([[tom, asked]]);
  return verifyCouncil({ id: '!room', events, parley, away, hands, slotMs: 8_000 }).map(fault => fault.kind);
}

interface Given {
  readonly away: readonly Away[];
  readonly asked: number;
  readonly users: Readonly<Record<string, number>>;
  readonly open: number;
}

describe('the crash test sees in a moderated room', () => {
  it('that all is well', () => {
    expect(faults([[0], [1, ada], [3, tom], [11]])).toEqual([]);
  });

  it('that it never was one', () => {
    expect(faults([])).toEqual(['not put right']);
  });

  it('two who may speak at once', () => {
    expect(faults([[0], [1, ada, tom], [2]])).toEqual(['out of turn']);
  });

  it('somebody who has the floor for longer than a slot', () => {
    expect(faults([[0], [1, tom], [20]])).toEqual(['floor stuck']);
    expect(faults([[0], [1, tom], [20]], { away: [{ from: 3_000, to: 5_000 }] })).toEqual([]);
    expect(faults([[0], [1, tom], [30]], { away: [{ from: 3_000, to: 5_000 }] })).toEqual(['floor stuck']);
  });

  it('the floor given twice for one ✋', () => {
    expect(faults([[0], [1, tom], [2], [3, tom], [4]])).toEqual(['doubled']);
    expect(faults([[0], [1, tom], [2], [3, tom], [4]], { asked: 2 })).toEqual([]);
  });

  it('somebody who can still speak in the end', () => {
    expect(faults([[0], [1, ada]])).toEqual(['left over']);
  });

  it('that everybody can speak, or that who leads it is locked out', () => {
    expect(faults([[0], [1]], { open: 0 })).toEqual(['not put right']);
    expect(faults([[0]], { users: {} })).toEqual(['locked out']);
  });
});
