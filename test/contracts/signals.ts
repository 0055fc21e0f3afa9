import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentId, TurnId } from '../../src/core/ids.ts';
import type { Signal, Signals } from '../../src/ports/signals.ts';

const last = { type: 'agent-changed', agent: 'ada' as AgentId } as const;
const stop = { type: 'interrupt', turn: 'test:a/ada' as TurnId, why: 'stop' } as const;

/** What signals between processes must do. `open` gives those of one more process. */
export function signalsContract(name: string, open: () => Signals): void {
  function process(): Signals & { readonly heard: Signal[] } {
    const signals = open();
    onTestFinished(() => signals.close());
    const heard: Signal[] = [];
    return Object.assign(signals, { heard });
  }

  /** Resolves when all hear the first one, and nothing that was sent for that is still under way. */
  async function listening(...all: ReturnType<typeof process>[]): Promise<void> {
    for (const { listen, heard } of all) listen(signal => void heard.push(signal));
    const [first, ...others] = all;
    for (const other of others) {
      for (; other.heard.length === 0; await sleep(10)) first?.send({ type: 'limits-changed' });
    }
    first?.send(last);
    await until(() => others.every(({ heard }) => heard.some(({ type }) => type === last.type)));
    for (const { heard } of all) heard.length = 0;
  }

  async function until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds() && tries < 1_000; tries += 1) await sleep(10);
  }

  describe(`${name} keep the contract of signals`, () => {
    it('are heard by all others, once, and not by who sent them', async () => {
      const [a, b, c] = [process(), process(), process()];
      await listening(a, b, c);
      b.send(stop);
      await until(() => a.heard.length > 0 && c.heard.length > 0);
      await sleep(50);
      expect([a.heard, b.heard, c.heard]).toEqual([[stop], [], [stop]]);
    });

    it('come in the order in which one process sent them', async () => {
      const [a, b] = [process(), process()];
      await listening(a, b);
      const sent = Array.from({ length: 100 }, (_, at) => ({ ...stop, turn: `test:${at}/ada` as TurnId }));
      for (const signal of sent) a.send(signal);
      await until(() => b.heard.length === 100);
      expect(b.heard).toEqual(sent);
    });

    it('are heard by all who listen in a process', async () => {
      const [a, b] = [process(), process()];
      const also: Signal[] = [];
      b.listen(signal => void also.push(signal));
      await listening(a, b);
      also.length = 0;
      a.send(stop);
      await until(() => b.heard.length > 0 && also.length > 0);
      expect([b.heard, also]).toEqual([[stop], [stop]]);
    });

    it('are silent after the end, which may come twice', async () => {
      const [a, b] = [process(), process()];
      await listening(a, b);
      await b.close();
      await b.close();
      a.send(stop);
      b.send(stop);
      await sleep(50);
      expect([a.heard, b.heard]).toEqual([[], []]);
    });
  });
}
