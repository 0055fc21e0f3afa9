import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { makeDoubt } from '../../../src/orchestrator/reconcile/doubt.ts';
import { watchHealth } from '../../../src/orchestrator/reconcile/watch-health.ts';
import { heldClock } from '../../fakes/clock.ts';

/** A network that is as well as the test says. */
function scene() {
  const clock = heldClock();
  const network = { well: true, asked: 0 };
  const isWell = async () => {
    network.asked += 1;
    return network.well;
  };
  const bridge = Object.assign(memoryBridge(memoryNetwork({ clock })), { isWell });
  const looked = { begun: 0, asked: 0, found: 0 };
  const looks = {
    begun: () => looked.begun,
    async ask() {
      looked.asked += 1;
      looked.begun += 1;
      return looked.found;
    },
    lookHere: async () => 0,
    serve: () => undefined,
    stop: () => undefined,
  };
  const doubt = makeDoubt(clock);
  const health = watchHealth({ bridge, clock, finding: { looks, doubt, stop: doubt.stop } });
  onTestFinished(() => {
    health.stop();
    doubt.stop();
  });
  return { clock, network, looked, health };
}

describe('a network that is unwell', () => {
  it('has what it did not deliver looked up once when it can write again, and is asked seldom until then', async () => {
    const { clock, network, looked, health } = scene();
    network.well = false;
    for (let second = 0; second < 120; second += 1) {
      health.unwell();
      await clock.advance(1_000);
    }
    expect(looked.asked).toBe(0);
    expect(network.asked).toBeLessThan(15);
    network.well = true;
    await clock.advance(15_000);
    expect(looked.asked).toBe(1);
    const { asked } = network;
    await clock.advance(600_000);
    expect([looked.asked, network.asked]).toEqual([1, asked]);
  });

  it('is looked at by one process: who hears that another one has begun need not', async () => {
    const { clock, looked, health } = scene();
    health.unwell();
    looked.begun += 1;
    await clock.advance(15_000);
    expect(looked.asked).toBe(0);
    health.unwell();
    await clock.advance(15_000);
    expect(looked.asked).toBe(1);
  });

  it('is found out within a minute also where nobody wants anything of it', async () => {
    const { clock, network, looked, health } = scene();
    health.serve();
    await clock.advance(600_000);
    expect([network.asked, looked.asked]).toEqual([10, 0]);
    network.well = false;
    await clock.advance(300_000);
    expect(network.asked).toBeLessThan(10 + 30);
    network.well = true;
    await clock.advance(15_000);
    expect(looked.asked).toBe(1);
    await clock.advance(600_000);
    expect(looked.asked).toBe(1);
    health.stop();
    expect(clock.pending()).toBeLessThan(2);
  });

  it('is looked at seldom where it only ever fails at one thing', async () => {
    const { clock, looked, health } = scene();
    for (let second = 0; second < 3_600; second += 1) {
      health.unwell();
      await clock.advance(1_000);
    }
    expect(looked.asked).toBeLessThan(14);
  });
});
