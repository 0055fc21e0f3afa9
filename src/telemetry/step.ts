import { channel } from 'node:diagnostics_channel';

const steps = channel('parley:step');

/**
 * Marks a point between two durable steps. It costs nothing unless somebody listens on the diagnostics channel `parley:step`; the
 * crash test does, and kills the process there.
 */
export function step(name: string): void {
  if (steps.hasSubscribers) steps.publish({ step: name });
}
