import { type Fault, faultKinds } from '../../crash/verify.ts';

/** What the chaos suite finds beside what the crash test finds in the timelines. */
const moreKinds = [
  'late edit',
  'not in the log',
  'log numbering',
  'log order',
  'orphan',
  'lease held',
  'dead letter',
  'too many at once',
  'not calm',
  'slow to end',
  'broke down',
] as const;

export const chaosKinds = [...faultKinds, ...moreKinds] as const;
export type ChaosKind = (typeof chaosKinds)[number];
export type ChaosFault = Fault<ChaosKind>;
