import { channel } from 'node:diagnostics_channel';
import type { SaidMessage } from '../core/message.ts';
import type { Turn } from '../core/turn.ts';

const steps = channel('parley:step');

/** What a step is about, for whoever measures. */
export interface StepAbout {
  readonly turn: Turn;
  /** The message that the turn answers. */
  readonly trigger?: SaidMessage;
}

/** What listeners on `parley:step` get. */
export interface Step {
  readonly step: string;
  readonly about: StepAbout | null;
}

/** A message came too late to be answered. Nothing durable follows it, so it is no point at which the crash test kills. */
export const messageTooOld = 'message.too old';

/** Tells that a message is left alone, to whoever counts. */
export function tooOld(): void {
  if (steps.hasSubscribers) steps.publish({ step: messageTooOld, about: null } satisfies Step);
}

/**
 * Marks a point between two durable steps. It costs nothing unless somebody listens on the diagnostics channel `parley:step`: the crash
 * test kills the process there, and the metrics measure how long answers take.
 */
export function step(name: string, about: StepAbout | null = null): void {
  if (steps.hasSubscribers) steps.publish({ step: name, about } satisfies Step);
}
