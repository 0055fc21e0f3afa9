import { withoutRound } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';

/** The newest round of a turn: what a person stops or repeats is the latest, although the message still names an earlier one. */
export async function latestRound({ store }: Pick<Installation, 'store'>, turn: Turn): Promise<Turn> {
  if (turn.trigger === null) return turn;
  const answers = await store.collection('turns').find({ where: { trigger: turn.trigger }, limit: 1000 });
  return newest(answers.filter(other => withoutRound(other._id) === withoutRound(turn._id))) ?? turn;
}

/** Of each turn only its newest round. */
export const latestRounds = (turns: readonly Turn[]): Turn[] =>
  [...Map.groupBy(turns, turn => withoutRound(turn._id)).values()].flatMap(rounds => newest(rounds) ?? []);

const newest = (rounds: readonly Turn[]): Turn | null =>
  rounds.reduce<Turn | null>((found, turn) => (found === null || turn.round > found.round ? turn : found), null);
