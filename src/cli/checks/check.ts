import type { Given, Main } from '../main-functions.ts';

/** What a check works with. */
export interface CheckContext extends Given {
  readonly main: Pick<
    Main,
    | 'describeModels'
    | 'describeStore'
    | 'describeRedis'
    | 'describeSandbox'
    | 'describeMail'
    | 'describeSearch'
    | 'describeMcp'
  >;
  /** Aborted when the person wants an end. */
  readonly signal: AbortSignal;
}

export interface CheckResult {
  /** Null: nothing to check yet, or something that Parley can do without. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** What to do, where there is something to do. */
  readonly remedy?: string;
}

/** One question that `npx parley check` asks. It changes nothing. */
export interface Check {
  readonly name: string;
  /** One result, or one for each of several things that were looked at. */
  run(context: CheckContext): Promise<CheckResult | readonly CheckResult[]>;
}

export const fine = (detail: string): CheckResult => ({ ok: true, detail });
export const open = (detail: string, remedy?: string): CheckResult => ({
  ok: null,
  detail,
  ...(remedy === undefined ? {} : { remedy }),
});
export const wrong = (detail: string, remedy: string): CheckResult => ({ ok: false, detail, remedy });
