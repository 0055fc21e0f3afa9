import { describe, expect, it } from 'vitest';
import { makeGap } from '../../../bridges/matrix/gap.ts';
import { makeGate } from '../../../bridges/matrix/gate.ts';
import { heldClock } from '../../fakes/clock.ts';

/** Looks that take as long as the test says, and whether a transaction may pass. */
function scene() {
  const clock = heldClock();
  const gate = makeGate(clock);
  const looks: (() => void)[] = [];
  const gap = makeGap(gate, () => new Promise<void>(resolve => looks.push(resolve)));
  const look = async (index: number) => {
    looks[index]?.();
    await clock.advance(0);
  };
  const passes = async () => {
    let passed = false;
    void gate.passed().then(() => {
      passed = true;
    });
    await clock.advance(0);
    return passed;
  };
  return { clock, gap, looks, look, passes };
}

describe('a gap', () => {
  it('holds transactions back until a look that began after the last outage is done', async () => {
    const { gap, look, looks, passes } = scene();
    void gap.close();
    gap.begin();
    await look(0);
    expect(await passes()).toBe(false);
    void gap.close();
    expect(looks).toHaveLength(2);
    await look(1);
    expect(await passes()).toBe(true);
  });

  it('has one look under way, and one at most behind it', async () => {
    const { gap, look, looks, passes } = scene();
    for (let outages = 0; outages < 10; outages += 1) {
      gap.begin();
      void gap.close();
    }
    expect(looks).toHaveLength(1);
    await look(0);
    expect(looks).toHaveLength(2);
    expect(await passes()).toBe(false);
    await look(1);
    expect(looks).toHaveLength(2);
    expect(await passes()).toBe(true);
  });

  it('lets transactions pass after a while although the look goes on', async () => {
    const { clock, gap, passes } = scene();
    void gap.close();
    await clock.advance(19_000);
    expect(await passes()).toBe(false);
    await clock.advance(1_000);
    expect(await passes()).toBe(true);
  });

  it('lets transactions pass after a while although the homeserver comes and goes', async () => {
    const { clock, gap, passes } = scene();
    for (let outages = 0; outages < 6; outages += 1) {
      gap.begin();
      await clock.advance(9_900);
      expect(await passes()).toBe(false);
    }
    await clock.advance(1_000);
    expect(await passes()).toBe(true);
  });
});
