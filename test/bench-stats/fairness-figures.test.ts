import { describe, expect, it } from 'vitest';
import { type Asking, type Beginning, fairnessFigures, idealLongestWait, workload } from '../bench/fairness-figures.ts';

const asking = (agent: string, at: number, room = 0): Asking => ({ room, agent, at, takes: 3 });
const beginning = (asking: number, agent: string, at: number): Beginning => ({ asking, agent, at });

describe('the figures of fairness', () => {
  it('are all zero where everybody gets what was asked, in order and at once', () => {
    const figures = fairnessFigures(
      [asking('ada', 0), asking('bruno', 5)],
      [beginning(0, 'ada', 0), beginning(1, 'bruno', 5)],
    );
    expect(figures).toEqual({
      unserved: 0,
      shareOff: 0,
      agentsWithoutTurn: 0,
      outOfOrder: 0,
      longestWait: 0,
      longestWaitInTurns: 0,
    });
  });

  it('count what was never answered, answered twice, or answered by another one', () => {
    const asked = [asking('ada', 0), asking('bruno', 1), asking('clara', 2)];
    const begun = [beginning(0, 'ada', 0), beginning(0, 'ada', 1), beginning(1, 'ada', 2)];
    const figures = fairnessFigures(asked, begun);
    expect(figures).toMatchObject({ unserved: 3, agentsWithoutTurn: 2, longestWait: Number.POSITIVE_INFINITY });
    expect(figures.shareOff).toBeCloseTo(66.67, 1);
  });

  it('see who was overtaken, but not by somebody in another room', () => {
    const asked = [asking('ada', 0), asking('bruno', 1), asking('clara', 2, 1)];
    const begun = [beginning(2, 'clara', 2), beginning(1, 'bruno', 3), beginning(0, 'ada', 6)];
    expect(fairnessFigures(asked, begun)).toMatchObject({ outOfOrder: 1, longestWait: 6, longestWaitInTurns: 1 });
  });

  it('compare with queues that lose no time, one for each room', () => {
    expect(idealLongestWait([asking('ada', 0), asking('bruno', 1), asking('clara', 1, 1), asking('ada', 2)])).toBe(4);
  });

  it('come from the same messages at each run, for every agent and in every room', () => {
    const given = { agents: ['ada', 'bruno', 'clara'], rooms: 2, messages: 200, pause: 4 };
    const asked = workload(given);
    expect(workload(given)).toEqual(asked);
    expect(new Set(asked.map(({ agent, room }) => `${agent} ${room}`)).size).toBe(6);
    expect((asked.at(-1)?.at ?? 0) / 200).toBeCloseTo(4, -0.5);
    expect(asked.filter(({ agent }) => agent === 'clara').length).toBeGreaterThan(80);
  });
});
