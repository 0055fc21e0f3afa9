import { type ChaosFault, chaosKinds } from './check/faults.ts';
import type { Control } from './controls.ts';
import type { Member } from './crew.ts';
import type { Played } from './rounds.ts';

export interface Results {
  readonly played: readonly Played[];
  /** How many rounds were asked for. */
  readonly wanted: number;
  readonly faults: readonly ChaosFault[];
  readonly members: readonly Member[];
  readonly sent: number;
  readonly answers: number;
  readonly calls: number;
  readonly raisedMs: number;
  readonly checkedMs: number;
}

const mostShown = 60;

/** What is printed at the end, line by line. */
export function reportLines(results: Results): string[] {
  const { played, wanted, faults, members, sent, answers, calls, raisedMs, checkedMs } = results;
  const calm = played.flatMap(({ calmMs }) => calmMs ?? []).sort((a, b) => a - b);
  const playedMs = played.reduce((sum, { ms }) => sum + ms, 0);
  const ended = members.reduce((sum, { endedByItself }) => sum + endedByItself, 0);
  return [
    ...faults.slice(0, mostShown).map(({ kind, room, what }) => `✗ ${kind}: ${room} ${what}`),
    ...mishapLines(played),
    `${played.length} of ${wanted} rounds in ${seconds(playedMs)}, after ${seconds(raisedMs)} for the set-up, and ${seconds(checkedMs)} for the check`,
    `calm after (median, worst): ${seconds(calm[Math.floor(calm.length / 2)] ?? 0)}, ${seconds(calm.at(-1) ?? 0)}`,
    `messages: ${sent}, answers: ${answers}, calls of the model: ${calls}, processes that ended by themselves: ${ended}`,
    ...chaosKinds.map(kind => `${kind}: ${faults.filter(fault => fault.kind === kind).length}`),
  ];
}

/** How often each way happened, and to how many different ones. */
function mishapLines(played: readonly Played[]): string[] {
  const all = played.flatMap(({ mishaps }) => mishaps);
  const ways = [...Map.groupBy(all, ({ way }) => way)].map(
    ([way, own]) => `${way} ${own.length} (${new Set(own.map(({ target, nth }) => `${target}-${nth}`)).size})`,
  );
  return [`${all.length} mishaps, and to how many different ones: ${ways.sort().join(', ')}`];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

interface Judged {
  readonly faults: readonly ChaosFault[];
  readonly control: Control | undefined;
  /** How many rounds are missing as the run was broken off. Where it ended by `--minutes`, none are. */
  readonly unplayed: number;
}

/** Whether the run is as it has to be, and that in a line. */
export function verdict({ faults, control, unplayed }: Judged): readonly [boolean, string] {
  if (control !== undefined) {
    const found = control.finds.filter(kind => faults.some(fault => fault.kind === kind));
    if (found.length > 0)
      return [true, `✓ without its safeguard (${control.what}) this was found: ${found.join(', ')}`];
    return [false, `✗ the control found nothing: ${control.what}, and none of ${control.finds.join(', ')}`];
  }
  if (faults.length === 0 && unplayed > 0)
    return [false, `✗ no faults, but ${unplayed} rounds were not played: it was broken off`];
  if (faults.length === 0) return [true, '✓ nothing lost, nothing doubled, all in order, nothing left over'];
  return [false, `✗ ${faults.length} faults`];
}
