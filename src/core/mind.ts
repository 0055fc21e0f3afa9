import { type AttentionWeights, byPriority, type Waiting, type WorkStatus, workStatus } from './attention.ts';
import type { ChatId, TurnId } from './ids.ts';

/** A turn whose agent has the floor, as attention looks at it. */
export type CalledTurn = Omit<Waiting, 'lastInteraction' | 'waitingSince'>;

/** What an agent has in mind. */
export interface Mind {
  /** What it works on now. */
  readonly focus: readonly Waiting[];
  /** What waits for it, in the order in which it came. */
  readonly waiting: readonly Waiting[];
  /** Where it spoke last, the latest at the end. */
  readonly spoken: readonly { readonly dialogue: ChatId; readonly at: number }[];
}

export interface MindRules {
  readonly weights: AttentionWeights;
  /** How many dialogues an agent works in at once. */
  readonly atOnce: number;
  readonly now: number;
}

export const emptyMind: Mind = { focus: [], waiting: [], spoken: [] };

/** Of so many dialogues an agent remembers when it last spoke there. */
const mostSpoken = 50;

export const statusOf = ({ focus, waiting }: Mind): WorkStatus => workStatus(focus.length, waiting.length);

export const isInFocus = ({ focus }: Mind, turn: TurnId): boolean => focus.some(one => one.turn === turn);

/** The agent has the floor in a dialogue: it gets to it now, or later. The same mind where it knows of the turn. Pure. */
export function attending(mind: Mind, call: CalledTurn, rules: MindRules): Mind {
  if ([...mind.focus, ...mind.waiting].some(({ turn }) => turn === call.turn)) return mind;
  const lastInteraction = mind.spoken.find(({ dialogue }) => dialogue === call.dialogue)?.at ?? null;
  const waiting = { ...call, lastInteraction, waitingSince: rules.now };
  return takingUp({ ...mind, waiting: [...mind.waiting, waiting] }, rules);
}

/** A turn has ended or lost the floor: what matters most comes in its place. The same mind where it does not know of the turn. Pure. */
export function leaving(mind: Mind, turn: TurnId, rules: MindRules): Mind {
  const ended = mind.focus.find(one => one.turn === turn);
  const others = (all: readonly Waiting[]): Waiting[] => all.filter(one => one.turn !== turn);
  if (ended === undefined && others(mind.waiting).length === mind.waiting.length) return mind;
  const spoken = ended === undefined ? mind.spoken : spokenIn(mind, ended.dialogue, rules.now);
  return takingUp({ focus: others(mind.focus), waiting: others(mind.waiting), spoken }, rules);
}

const spokenIn = ({ spoken }: Mind, dialogue: ChatId, at: number): Mind['spoken'] =>
  [...spoken.filter(one => one.dialogue !== dialogue), { dialogue, at }].slice(-mostSpoken);

/** Takes up what matters most, if there is room for it. */
function takingUp(mind: Mind, { weights, atOnce, now }: MindRules): Mind {
  if (mind.focus.length >= atOnce) return mind;
  const [first] = mind.waiting.length > 1 ? byPriority(mind.waiting, weights, now) : mind.waiting;
  if (first === undefined) return mind;
  return { ...mind, focus: [...mind.focus, first], waiting: mind.waiting.filter(one => one !== first) };
}
