import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { amountOf, type Price } from '../../core/budget/amount.ts';
import { dayOf } from '../../core/budget/day.ts';
import type { Fact, HomeserverAsked, ModelCalled } from '../fact.ts';
import type { Tap } from './tap-bus.ts';

/** What a day's answers took, as far as this process knows. */
export interface Today {
  readonly day: string;
  /** Since when it is counted: the beginning of the process, or of the day. */
  readonly since: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In the configured currency. */
  readonly cost: number;
}

export interface Prices {
  readonly timeZone: string;
  readonly currency: string;
  /** By a model's id; null: unknown, which counts as free. */
  readonly priceOf: (model: string) => Price | null;
}

const millionth = 1e-6;

/** Counts what adapters tell. Prices are looked up when they are needed, as they are known later than the first fact. */
export function hearFacts(tap: Tap, prices: () => Prices): { readonly today: () => Today; readonly stop: () => void } {
  const ledger = dayLedger(tap, prices);
  const hear = (message: unknown): void => {
    const fact = message as Fact;
    if (fact.what === 'model called') modelCalled(fact, tap, ledger.add);
    else homeserverAsked(fact, tap);
  };
  subscribe('parley:fact', hear);
  return { today: ledger.today, stop: () => unsubscribe('parley:fact', hear) };
}

function modelCalled(fact: ModelCalled, { meter, log }: Tap, add: (fact: ModelCalled) => void): void {
  const { what: _, model, outcome, tookMs, inputTokens, outputTokens } = fact;
  log.debug({ model, outcome, tookMs, inputTokens, outputTokens }, 'A model was called.');
  meter.count('parley_model_calls_total', { model, outcome });
  meter.time('parley_model_call_seconds', { model }, tookMs / 1000);
  meter.count('parley_model_tokens_total', { model, direction: 'input' }, inputTokens);
  meter.count('parley_model_tokens_total', { model, direction: 'output' }, outputTokens);
  add(fact);
}

function homeserverAsked({ outcome, tookMs, pauseMs }: HomeserverAsked, { meter }: Tap): void {
  meter.count('parley_homeserver_requests_total', { outcome });
  meter.time('parley_homeserver_request_seconds', {}, tookMs / 1000);
  if (pauseMs > 0) meter.count('parley_homeserver_backoff_seconds_total', {}, pauseMs / 1000);
}

function dayLedger({ meter, clock }: Tap, prices: () => Prices) {
  const begin = (day: string): Today => ({ day, since: clock.now(), inputTokens: 0, outputTokens: 0, cost: 0 });
  let current: Today | null = null;
  let lookedAt = -1;
  const today = (): Today => {
    // To find the day in a time zone costs more than all the rest; days begin with a minute.
    const minute = Math.floor(clock.now() / 60_000);
    if (current !== null && minute === lookedAt) return current;
    lookedAt = minute;
    const day = dayOf(clock.now(), prices().timeZone);
    if (current?.day !== day) current = begin(day);
    return current;
  };
  const add = ({ model, inputTokens, outputTokens }: ModelCalled): void => {
    const { priceOf, currency } = prices();
    const cost = amountOf({ inputTokens, outputTokens }, priceOf(model)).money * millionth;
    if (cost > 0) meter.count('parley_model_cost_total', { model, currency }, cost);
    const before = today();
    current = {
      ...before,
      inputTokens: before.inputTokens + inputTokens,
      outputTokens: before.outputTokens + outputTokens,
      cost: before.cost + cost,
    };
  };
  today();
  return { today, add };
}
