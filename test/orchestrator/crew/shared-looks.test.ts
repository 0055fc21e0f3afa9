import { describe, expect, it } from 'vitest';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { noSignals } from '../../../src/ports/signals.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, loudHall, type Process, processOf } from '../../fakes/crew.ts';

async function pass(ms: number, ...of: readonly Pick<Process, 'clock'>[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) for (const { clock } of of) await clock.advance(100);
}

/** Two bridges, with one chat; and how often each has read a room since. */
async function twoBridges(signals: Common['signals'] = loudHall()) {
  const clock = heldClock();
  const network = memoryNetwork({ clock });
  let reads = 0;
  const { around } = network.faults;
  network.faults.around = (call, work) => {
    if (call === 'history') reads += 1;
    return around(call, work);
  };
  const all: Common = { store: openMemoryStore({ clock }), network, signals };
  const processes = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'all' })] as const;
  const [a, b] = processes;
  const mara = b.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await pass(1_000, a, b);
  mara.say(chat, 'Hello.');
  await pass(3_000, a, b);
  reads = 0;
  return {
    a,
    b,
    network: { clock, delay: (ms: number) => network.faults.delay('history', ms) },
    mara,
    chat,
    reads: () => reads,
  };
}

describe('what was missed over an outage that all processes see', () => {
  it('is looked up by one of them', async () => {
    const { a, b, reads } = await twoBridges();
    const both = Promise.all([a.finding.looks.ask(), b.finding.looks.ask()]);
    await pass(3_000, a, b);
    await both;
    expect(reads()).toBe(1);
  });

  it('is found, and whoever asked is told how much it was', async () => {
    const { a, b, mara, chat } = await twoBridges();
    const { faults, outbound } = b.bridge.network;
    faults.failNext('history', 1, 'before');
    outbound.lose(() => mara.say(chat, 'Who hears me?'));
    await pass(3_000, a, b);
    const both = Promise.all([b.finding.looks.ask(), a.finding.looks.ask()]);
    await pass(5_000, a, b);
    expect(await both).toEqual([1, 1]);
    expect(b.answers(chat).at(-1)?.text).toContain('Who hears me?');
  });

  it('is looked up by another one where the caretaker is gone', async () => {
    const { a, b, reads } = await twoBridges();
    expect([a.seen, b.seen]).toEqual([['caretaker'], []]);
    const found = b.finding.looks.ask();
    await pass(12_000, b);
    expect(await found).toBe(0);
    expect(reads()).toBeGreaterThan(0);
  });

  it('is looked up by another one where the caretaker dies in the middle of it', async () => {
    const { a, b, network, reads } = await twoBridges();
    network.delay(4_000);
    const found = b.finding.looks.ask();
    await pass(1_000, a, b, network);
    expect(reads()).toBe(1);
    await a.crash();
    await pass(16_000, b, network);
    expect(await found).toBe(0);
    expect(reads()).toBeGreaterThan(1);
  });

  it('is looked up also where no process hears another', async () => {
    const { a, b, reads } = await twoBridges(() => noSignals);
    const both = Promise.all([a.finding.looks.ask(), b.finding.looks.ask()]);
    await pass(8_000, a, b);
    await both;
    expect(reads()).toBe(2);
  });

  it('is looked up once more where somebody asks during a look', async () => {
    const { a, b, network, reads } = await twoBridges();
    network.delay(3_000);
    const first = a.finding.looks.ask();
    await pass(1_000, a, b, network);
    const second = b.finding.looks.ask();
    await pass(10_000, a, b, network);
    await Promise.all([first, second]);
    expect(reads()).toBe(2);
  });
});
