interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

/** Answers: from what feels like at once to what nobody waits for any more. */
const answers = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900, 3600];
/** Work inside Parley and requests to the homeserver. */
const requests = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/**
 * Every metric of our own. No label holds the id of a room, a person or a message, so that there are as many series with ten thousand
 * rooms as with one. The steps of `parley_answer_step_seconds`: `decided` from the message to the turn, `waited` from there until the model is asked,
 * `thought` until its first word, `shown` until the room sees something, `finished` until all of it stands there.
 */
export const metrics = {
  parley_messages_total: {
    type: 'counter',
    help: 'Messages that came in, from people and from bots of others, and that went out.',
    labels: ['direction', 'from'],
  },
  parley_messages_too_old_total: {
    type: 'counter',
    help: 'Messages that were read and not answered, as they came too late. Their ids are in the log.',
    labels: [],
  },
  parley_events_total: { type: 'counter', help: 'What happened, by the types of docs/events.md.', labels: ['type'] },
  parley_turns_total: {
    type: 'counter',
    help: 'Turns that ended. Kind: answer, aside (commands, notices) or thought (nobody sees it).',
    labels: ['kind', 'outcome'],
  },
  parley_answer_step_seconds: {
    type: 'histogram',
    help: 'How long each step of an answer took.',
    labels: ['step'],
    buckets: answers,
  },
  parley_answer_first_seconds: {
    type: 'histogram',
    help: 'From a message until the room sees the first of the answer.',
    labels: [],
    buckets: answers,
  },
  parley_answer_seconds: {
    type: 'histogram',
    help: 'From a message until its whole answer stands in the room.',
    labels: [],
    buckets: answers,
  },
  parley_floor_wait_seconds: {
    type: 'histogram',
    help: 'How long agents and people waited for the floor.',
    labels: [],
    buckets: answers,
  },
  parley_queue_waiting: { type: 'gauge', help: 'Wake-ups that wait, by topic.', labels: ['topic'] },
  parley_queue_running: { type: 'gauge', help: 'Wake-ups that are worked on, by topic.', labels: ['topic'] },
  parley_queue_oldest_seconds: { type: 'gauge', help: 'How long the oldest of them waits.', labels: ['topic'] },
  parley_queue_runs_total: {
    type: 'counter',
    help: 'Runs of handlers. Outcome: done, failed (tried again), given up.',
    labels: ['topic', 'outcome'],
  },
  parley_queue_run_seconds: {
    type: 'histogram',
    help: 'How long a run took.',
    labels: ['topic'],
    buckets: requests,
  },
  parley_model_calls_total: {
    type: 'counter',
    help: 'Tries to get an answer from a model. Outcome: answered, broken off, or what was wrong.',
    labels: ['model', 'outcome'],
  },
  parley_model_call_seconds: {
    type: 'histogram',
    help: 'How long a try took until its end.',
    labels: ['model'],
    buckets: answers,
  },
  parley_model_tokens_total: {
    type: 'counter',
    help: 'Tokens of requests (input) and answers (output), as far as the models tell.',
    labels: ['model', 'direction'],
  },
  parley_model_cost_total: {
    type: 'counter',
    help: 'What these cost by the configured prices.',
    labels: ['model', 'currency'],
  },
  parley_errors_total: {
    type: 'counter',
    help: 'Warnings and errors of the log, by the codes of docs/errors.md; OTHER: without one.',
    labels: ['code', 'level'],
  },
  parley_homeserver_requests_total: {
    type: 'counter',
    help: 'Requests to the homeserver. Outcome: taken (also: there is none), again (failed, tried again), failed.',
    labels: ['outcome'],
  },
  parley_homeserver_request_seconds: {
    type: 'histogram',
    help: 'How long a try took.',
    labels: [],
    buckets: requests,
  },
  parley_homeserver_backoff_seconds_total: {
    type: 'counter',
    help: 'Pauses before requests were tried again.',
    labels: [],
  },
  parley_ready: { type: 'gauge', help: 'Whether each part is as it should be, as /readyz tells.', labels: ['part'] },
  parley_agents: { type: 'gauge', help: 'Agents in service, without the orchestrator.', labels: [] },
  parley_info: { type: 'gauge', help: 'Always 1; the version is in the label.', labels: ['version'] },
} as const satisfies Readonly<Record<string, Definition>>;

type Metrics = typeof metrics;
export type MetricName = keyof Metrics;
type NameOf<Type extends Definition['type']> = {
  [Name in MetricName]: Metrics[Name]['type'] extends Type ? Name : never;
}[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;
/** A value for each label of a metric. */
export type LabelsOf<Name extends MetricName> = Readonly<Record<Metrics[Name]['labels'][number], string>>;
