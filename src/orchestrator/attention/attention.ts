import { type AttentionWeights, byPriority, type Waiting, type WorkStatus, workStatus } from '../../core/attention.ts';
import type { AgentId, ChatId, TurnId } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** A turn whose agent has the floor, as attention looks at it. */
export type Call = Omit<Waiting, 'lastInteraction' | 'waitingSince'> & { readonly agent: AgentId };

export interface AttentionView {
  /** What the agent works on now. */
  readonly focus: readonly Waiting[];
  /** What waits for it, the next one first. */
  readonly waiting: readonly Waiting[];
}

/** Decides when an agent gets to a dialogue. In memory: the floors tell again after a start which turns are to be spoken. */
export interface Attention {
  /** The agent has the floor in this dialogue: it gets to it at once, or when it is its turn. May be repeated. */
  attend(call: Call): void;
  /** The turn has ended or lost the floor; the next dialogue gets its place. */
  leave(agent: AgentId, turn: TurnId): void;
  of(agent: AgentId): AttentionView;
}

export interface AttentionSettings {
  readonly weights: AttentionWeights;
  /** How many dialogues an agent works in at once. */
  readonly atOnce: number;
}

interface AttentionOptions extends AttentionSettings {
  readonly clock: Clock;
  /** The agent gets to this turn. */
  readonly begin: (turn: TurnId) => void;
  /** Somebody waits for this agent, or nobody does any more. */
  readonly onChange: (agent: AgentId, dialogue: ChatId) => void;
  /** A turn begins, waits or has ended for this agent. */
  readonly onStir: (stir: Stir) => void;
}

/** What a turn that begins, waits or has ended makes of an agent's work. */
export interface Stir {
  readonly agent: AgentId;
  readonly turn: TurnId;
  readonly why: 'begins' | 'waits' | 'ends';
  readonly from: WorkStatus;
  readonly to: WorkStatus;
  /** The dialogue that the agent turns to with it; null: none. */
  readonly begun: Waiting | null;
}

interface Mind {
  readonly focus: Map<TurnId, Waiting>;
  readonly waiting: Map<TurnId, Waiting>;
}

const statusOf = ({ focus, waiting }: Mind): WorkStatus => workStatus(focus.size, waiting.size);

const mostRemembered = 20_000;

export function openAttention(options: AttentionOptions): Attention {
  const { clock, weights, atOnce, begin, onChange, onStir } = options;
  const minds = new Map<AgentId, Mind>();
  const lastSpoken = new Map<string, number>();

  function remember(dialogue: string): void {
    lastSpoken.delete(dialogue);
    lastSpoken.set(dialogue, clock.now());
    if (lastSpoken.size <= mostRemembered) return;
    const [oldest] = lastSpoken.keys();
    if (oldest !== undefined) lastSpoken.delete(oldest);
  }

  function attend({ agent, ...call }: Call): void {
    const mind = minds.get(agent) ?? { focus: new Map(), waiting: new Map() };
    minds.set(agent, mind);
    // The wake-up may have been given up: it is only asked for again.
    if (mind.focus.has(call.turn)) begin(call.turn);
    if (mind.focus.has(call.turn) || mind.waiting.has(call.turn)) return;
    const from = statusOf(mind);
    const lastInteraction = lastSpoken.get(`${agent} ${call.dialogue}`) ?? null;
    mind.waiting.set(call.turn, { ...call, lastInteraction, waitingSince: clock.now() });
    const begun = next(mind);
    if (begun === null) onChange(agent, call.dialogue);
    onStir({ agent, turn: call.turn, why: begun === null ? 'waits' : 'begins', from, to: statusOf(mind), begun });
  }

  /** Takes up what matters most, if there is room for it. */
  function next({ focus, waiting }: Mind): Waiting | null {
    if (focus.size >= atOnce) return null;
    const [first] = waiting.size > 1 ? byPriority([...waiting.values()], weights, clock.now()) : waiting.values();
    if (first === undefined) return null;
    waiting.delete(first.turn);
    focus.set(first.turn, first);
    begin(first.turn);
    return first;
  }

  function leave(agent: AgentId, turn: TurnId): void {
    const mind = minds.get(agent);
    const ended = mind?.focus.get(turn) ?? mind?.waiting.get(turn);
    if (mind === undefined || ended === undefined) return;
    const from = statusOf(mind);
    if (mind.focus.delete(turn)) remember(`${agent} ${ended.dialogue}`);
    if (mind.waiting.delete(turn)) onChange(agent, ended.dialogue);
    const begun = next(mind);
    if (begun !== null) onChange(agent, begun.dialogue);
    onStir({ agent, turn, why: 'ends', from, to: statusOf(mind), begun });
    if (mind.focus.size === 0 && mind.waiting.size === 0) minds.delete(agent);
  }

  return {
    attend,
    leave,
    of(agent) {
      const mind = minds.get(agent);
      if (mind === undefined) return { focus: [], waiting: [] };
      const waiting = byPriority([...mind.waiting.values()], weights, clock.now());
      return { focus: [...mind.focus.values()], waiting };
    },
  };
}
