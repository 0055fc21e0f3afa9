/** What the crash tests have in common: their options, and what they say at their end. */

export const commonOptions = {
  kills: { type: 'string', default: '0' },
  steps: { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  logs: { type: 'string' },
} as const;

interface Fault {
  readonly kind: string;
  /** The room, or what was to be done. */
  readonly where: string;
  readonly what: string;
}

export interface Outcome {
  readonly seed: string;
  readonly seconds: number;
  /** How it was killed, each time: a word, or a step. */
  readonly kills: readonly string[];
  readonly faults: readonly Fault[];
  /** All kinds of faults that are looked for. */
  readonly kinds: readonly string[];
  /** What else there is to tell. */
  readonly more: readonly string[];
}

const mostShown = 50;

export function report({ seed, seconds, kills, faults, kinds, more }: Outcome): void {
  for (const { kind, where, what } of faults.slice(0, mostShown)) console.log(`✗ ${kind}: ${where}: ${what}`);
  const ways = Map.groupBy(kills, kill => (kill.includes('.') ? 'at a step' : kill));
  console.log(`seed ${seed}, ${seconds.toFixed(0)} s`);
  console.log(`kills: ${[...ways].map(([how, list]) => `${list.length} ${how}`).join(', ') || 'none'}`);
  for (const line of more) console.log(line);
  for (const kind of kinds) console.log(`${kind}: ${faults.filter(fault => fault.kind === kind).length}`);
}

/** Whether the run has shown what it was to show. */
export function verdict(
  { faults }: Pick<Outcome, 'faults'>,
  given: {
    /** What is said where there is no fault. */
    readonly good: string;
    /** In a control run: what it has to find, and whether it did; null: it is none. */
    readonly control: { readonly what: string; readonly found: boolean } | null;
  },
): boolean {
  const { good, control } = given;
  if (control !== null) {
    console.log(control.found ? `✓ the control found ${control.what}` : `✗ the control did not find ${control.what}`);
    return control.found;
  }
  console.log(faults.length === 0 ? `✓ ${good}` : `✗ ${faults.length} faults`);
  return faults.length === 0;
}

/** Whether it died, and how long it took, while the run goes on. */
export function progress(count: number, { name, what, from }: { name: string; what: string; from: number }): string {
  return `${count}: ${name}, ${what}, ${((Date.now() - from) / 1000).toFixed(1)} s`;
}
