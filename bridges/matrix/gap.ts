import type { Gate } from './gate.ts';

/** What the bridge was away for. What comes by transaction waits until what was missed before it is in the log. */
export interface Gap {
  /** Something may be missed from now on. */
  begin(): void;
  /** Looks up what was missed until now. One look at a time: while one is under way, at most one more waits behind it. */
  close(): Promise<void>;
}

export function makeGap(gate: Gate, lookUp: () => Promise<void> | undefined): Gap {
  let begun = 0;
  let underWay: Promise<void> | null = null;
  let again = false;

  function begin(): void {
    begun += 1;
    gate.close();
  }

  async function look(): Promise<void> {
    do {
      again = false;
      const mine = begun;
      await lookUp();
      // A look that began before another gap did is worth nothing for what is lost now.
      if (mine === begun) gate.open();
    } while (again);
    underWay = null;
  }

  return {
    begin,
    close() {
      begin();
      again = true;
      underWay ??= look();
      return underWay;
    },
  };
}
