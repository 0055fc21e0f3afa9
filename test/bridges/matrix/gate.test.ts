import { describe, expect, it } from 'vitest';
import { makeGate } from '../../../bridges/matrix/gate.ts';
import { heldClock } from '../../fakes/clock.ts';

describe('the gate for transactions', () => {
  it('lets everything pass while it is open', async () => {
    const clock = heldClock();
    await makeGate(clock).passed();
    expect(clock.pending()).toBe(0);
  });

  it('holds back until it opens, and lets nothing pass before', async () => {
    const gate = makeGate(heldClock());
    let passed = false;
    gate.close();
    const waiting = gate.passed().then(() => {
      passed = true;
    });
    await Promise.resolve();
    expect(passed).toBe(false);
    gate.open();
    await waiting;
    expect(passed).toBe(true);
  });

  it('holds back no longer than the homeserver waits', async () => {
    const clock = heldClock();
    const gate = makeGate(clock);
    gate.close();
    const waiting = gate.passed();
    await clock.advance(20_000);
    await waiting;
  });
});
