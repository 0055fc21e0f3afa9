import { tell } from '../telemetry/fact.ts';
import type { Progress } from './progress.ts';

/** Begins to measure a try of a model. What is given back tells how it ended, with what it took beyond the tries before it. */
export function tellCall(model: string, { usage }: Progress): (outcome: string) => void {
  const begun = performance.now();
  const before = { input: usage.input ?? 0, output: usage.output ?? 0 };
  return outcome =>
    tell({
      what: 'model called',
      model,
      outcome,
      tookMs: performance.now() - begun,
      inputTokens: (usage.input ?? 0) - before.input,
      outputTokens: (usage.output ?? 0) - before.output,
    });
}
