import type { ExternalWorld } from '../e2e/driver/external-world.ts';
import { type Killed, killAtStep, killParley, killSynapse } from './kills.ts';
import type { Load } from './load.ts';
import type { Random } from './random.ts';
import { progress } from './report.ts';

/** What is to be killed, and how often. */
export interface Series {
  readonly world: ExternalWorld;
  readonly load: Load;
  readonly random: Random;
  /** How often Parley is killed at random moments. */
  readonly kills: number;
  /** Where it is killed besides: a step, and at which time that a process comes there, as `part.sent:2`. */
  readonly steps: readonly string[];
  readonly synapseKills: number;
  /** Before each so-manieth kill Parley lives until somebody is answered: on a slow machine no life would be long enough, and nothing would be tried. */
  readonly liveEvery: number;
  /** Looks whether all is right again after a kill, and tells of it. */
  readonly after?: (name: string) => Promise<string>;
  /** Whether there are to be no more. */
  readonly isOver?: () => boolean;
}

export interface Results {
  readonly killed: readonly Killed[];
  /** The steps to which Parley did not come. */
  readonly missed: readonly string[];
}

const stepPatienceMs = 30_000;
const answerPatienceMs = 90_000;

/** Kills one after another, at random moments first, and tells of each. */
export async function killInSeries({ world, load, random, ...series }: Series): Promise<Results> {
  const killed: Killed[] = [];
  const missed: string[] = [];
  let count = 0;
  const { after = async () => '', isOver = () => false } = series;
  const note = async (
    name: string,
    kill: () => Promise<{ readonly died: boolean; readonly away: readonly Killed[] }>,
  ): Promise<void> => {
    if (isOver()) return;
    if (count % series.liveEvery === 0) await load.progressed(answerPatienceMs);
    count += 1;
    const begun = Date.now();
    const { died, away } = await kill();
    killed.push(...away);
    if (!died) missed.push(name);
    const backMs = (away.at(-1)?.to ?? 0) - (away.at(-1)?.from ?? 0);
    const right = await after(name);
    const what = died ? `back after ${backMs} ms${right}` : 'not reached';
    const { sent } = load.book;
    const line = progress(killed.length, { name, what, from: begun });
    console.log(`${line}; ${sent} messages, ${load.book.answered()} answers`);
  };
  const once = async (kill: Promise<Killed>) => ({ died: true, away: [await kill] });
  for (let nth = 0; nth < series.kills; nth += 1) await note('random', () => once(killParley(world, random)));
  for (const at of series.steps) {
    load.focus(at);
    await note(at, () => killAtStep(world, at, stepPatienceMs));
  }
  load.focus(null);
  for (let nth = 0; nth < series.synapseKills; nth += 1)
    await note('homeserver', () => once(killSynapse(world, random, load)));
  return { killed, missed };
}

/** How soon it was back, and where it never was killed. */
export function killLines({ killed, missed }: Results): string[] {
  const back = killed
    .filter(kill => kill.how !== 'stop')
    .map(kill => kill.to - kill.from)
    .sort((a, b) => a - b);
  return [
    `back after (median, worst): ${back[Math.floor(back.length / 2)] ?? 0} ms, ${back.at(-1) ?? 0} ms`,
    ...(missed.length === 0 ? [] : [`steps that were not reached: ${missed.join(', ')}`]),
  ];
}
