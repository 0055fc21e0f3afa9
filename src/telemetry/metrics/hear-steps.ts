import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import type { TurnId } from '../../core/ids.ts';
import { recent } from '../../core/recent.ts';
import type { Turn } from '../../core/turn.ts';
import { messageTooOld, type Step, type StepAbout } from '../step.ts';
import type { Meter } from './meter.ts';
import type { Tap } from './tap-bus.ts';

/** How far an answer is that is made in this process. Milliseconds since 1970. */
interface Way {
  readonly received: number;
  readonly asked: number;
  begun: number | null;
  shown: number | null;
}

/** More are never made at once; one that is forgotten is not measured. */
const mostWays = 10_000;

type Hears = (about: StepAbout, at: number) => void;

/** Measures, from the steps that the orchestrator marks, how long answers take and how turns end. Gives what ends it. */
export function hearSteps({ meter, clock, log }: Tap): () => void {
  const hears = measuring(meter);
  const hear = (message: unknown): void => {
    const { step, about } = message as Step;
    log.debug({ step, ...(about === null ? {} : { turn: about.turn._id }) }, 'A step is done.');
    if (step === messageTooOld) meter.count('parley_messages_too_old_total', {});
    if (about !== null) hears[step]?.(about, clock.now());
  };
  subscribe('parley:step', hear);
  return () => unsubscribe('parley:step', hear);
}

function measuring(meter: Meter): Readonly<Record<string, Hears>> {
  const ways = recent<TurnId, Way>(mostWays);
  const took = (step: string, ms: number): void => meter.time('parley_answer_step_seconds', { step }, ms / 1000);

  const shown: Hears = ({ turn }, at) => {
    const way = ways.get(turn._id);
    if (way === undefined || way.shown !== null) return;
    way.shown = at;
    took('shown', at - (way.begun ?? way.asked));
    meter.time('parley_answer_first_seconds', {}, (at - way.received) / 1000);
  };
  return {
    'model.called'({ turn, trigger }, asked) {
      // An answer that is made again, or taken up again after a crash, has waited for other reasons.
      if (trigger === undefined || turn.round > 0 || turn.attempts > 1) return;
      const received = trigger.createdAt;
      ways.set(turn._id, { received, asked, begun: null, shown: null });
      took('decided', turn.createdAt - received);
      took('waited', asked - turn.createdAt);
    },
    'model.began'({ turn }, at) {
      const way = ways.get(turn._id);
      if (way === undefined || way.begun !== null) return;
      way.begun = at;
      took('thought', at - way.asked);
    },
    'stream.shown': shown,
    'part.sent': shown,
    'turn.done'({ turn }, at) {
      meter.count('parley_turns_total', { kind: kindOf(turn), outcome: turn.outcome ?? 'dropped' });
      const way = ways.get(turn._id);
      ways.delete(turn._id);
      if (way === undefined || way.shown === null || turn.outcome !== 'answered') return;
      took('finished', at - way.shown);
      meter.time('parley_answer_seconds', {}, (at - way.received) / 1000);
    },
  };
}

const kindOf = ({ thought, aside }: Turn): string => (thought !== undefined ? 'thought' : aside ? 'aside' : 'answer');
