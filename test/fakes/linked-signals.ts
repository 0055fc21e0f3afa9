import { type Signal, type Signals, signalSchema } from '../../src/ports/signals.ts';

/** Signals of several processes without a network: what one sends, the others hear at once, as it would be after its way. */
export function linkedSignals(count: number): Signals[] {
  const hearers: ((signal: Signal) => void)[][] = Array.from({ length: count }, () => []);
  return hearers.map((own, index) => ({
    send(signal) {
      const sent = signalSchema.parse(JSON.parse(JSON.stringify(signal)));
      for (const [at, theirs] of hearers.entries()) if (at !== index) for (const hear of theirs) hear(sent);
    },
    listen: hear => void own.push(hear),
    close: async () => void own.splice(0),
  }));
}
