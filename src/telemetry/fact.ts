import { channel } from 'node:diagnostics_channel';

const facts = channel('parley:fact');

/** Something that an adapter did, with how long it took. Never a text, never the id of a room or a person. */
export type Fact = ModelCalled | HomeserverAsked;

/** A try to get an answer from a model is over. */
export interface ModelCalled {
  readonly what: 'model called';
  /** Its id in the configuration. */
  readonly model: string;
  /** `answered`, `broken off`, or what was wrong: `timeout`, `quota`, …. */
  readonly outcome: string;
  readonly tookMs: number;
  /** As far as the model tells. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A try of a request to the homeserver is over. */
export interface HomeserverAsked {
  readonly what: 'homeserver asked';
  /** `taken`: it was answered, also by "there is none". `again`: it failed, and is tried again after `pauseMs`. */
  readonly outcome: 'taken' | 'again' | 'failed';
  readonly tookMs: number;
  readonly pauseMs: number;
}

/** Tells a fact to whoever listens on the diagnostics channel `parley:fact`; costs next to nothing where nobody does. */
export function tell(fact: Fact): void {
  if (facts.hasSubscribers) facts.publish(fact);
}
