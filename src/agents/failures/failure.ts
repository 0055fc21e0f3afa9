import { type ErrorCode, ParleyError } from '../../core/errors.ts';
import { failureFacts } from './facts.ts';
import { kindOf, type Trouble } from './kind.ts';
import { redacted } from './redact.ts';
import { roomText } from './room-text.ts';

/** A failed try, as the runtime needs it to go on. */
export interface Failure {
  readonly trouble: Trouble;
  /** For the room and the turn. */
  readonly error: ParleyError;
  /** What the provider called it: fit for any log, as against its words, which may quote the request. */
  readonly status: number | null;
  readonly codes: readonly string[];
  /** Whether the same model may be asked again at once. */
  readonly transient: boolean;
}

/** Where it happened. */
export interface Circumstances {
  readonly modelName: string;
  readonly secrets: readonly string[];
  /** Whether a part of the answer had come before. */
  readonly begun: boolean;
}

const codes: Readonly<Record<Trouble, ErrorCode>> = {
  quota: 'MODEL_QUOTA',
  rate: 'MODEL_QUOTA',
  key: 'MODEL_REJECTED_KEY',
  'key missing': 'MODEL_REJECTED_KEY',
  'model missing': 'MODEL_REFUSED',
  context: 'MODEL_REFUSED',
  policy: 'MODEL_REFUSED',
  request: 'MODEL_REFUSED',
  timeout: 'MODEL_TIMEOUT',
  'first token': 'MODEL_TIMEOUT',
  stall: 'MODEL_TIMEOUT',
  network: 'MODEL_UNREACHABLE',
  broken: 'MODEL_UNREACHABLE',
  certificate: 'MODEL_UNREACHABLE',
  server: 'MODEL_UNREACHABLE',
  unreadable: 'MODEL_UNREACHABLE',
  empty: 'MODEL_EMPTY',
};

/** Troubles after which the same request may go through when it is sent again. */
const passing: ReadonlySet<Trouble> = new Set([
  'rate',
  'timeout',
  'first token',
  'stall',
  'network',
  'broken',
  'server',
  'empty',
]);
/** Those after which it is worth a try at once. */
const brief: ReadonlySet<Trouble> = new Set(['rate', 'network', 'broken', 'server']);

/** Thrown by Parley itself while it listens to a model. */
export class ModelTrouble extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string) {
    super(message);
    this.name = 'ModelTrouble';
    this.trouble = trouble;
  }
}

const isName = (code: string): boolean => /^[a-z][a-z0-9_.-]{0,60}$/.test(code);

export function toFailure(error: unknown, at: Circumstances): Failure {
  const facts = failureFacts(error);
  const found = error instanceof ModelTrouble ? error.trouble : kindOf(facts);
  const trouble = found === 'network' && at.begun ? 'broken' : found;
  const retryAfterMs = trouble === 'rate' || trouble === 'server' ? facts.retryAfterMs : null;
  const message = roomText(trouble, { modelName: at.modelName, retryAfterMs });
  return {
    trouble,
    status: facts.status,
    codes: [...facts.codes].filter(isName),
    transient: brief.has(trouble),
    error: new ParleyError(codes[trouble], message, {
      cause: redacted(error, at.secrets),
      retry: passing.has(trouble),
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    }),
  };
}
