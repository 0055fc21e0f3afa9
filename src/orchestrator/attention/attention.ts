import { type AttentionWeights, byPriority, type Waiting, type WorkStatus } from '../../core/attention.ts';
import type { AgentId, ChatId, TurnId } from '../../core/ids.ts';
import {
  attending,
  type CalledTurn,
  isInFocus,
  leaving,
  type Mind,
  type MindRules,
  statusOf,
} from '../../core/mind.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Minds } from './minds.ts';

export type Call = CalledTurn & { readonly agent: AgentId };

export interface AttentionView {
  /** What the agent works on now. */
  readonly focus: readonly Waiting[];
  /** What waits for it, the next one first. */
  readonly waiting: readonly Waiting[];
}

/** Decides when an agent gets to a dialogue. */
export interface Attention {
  /** The agent has the floor in this dialogue: it gets to it at once, or when it is its turn. May be repeated. */
  attend(call: Call): Promise<void>;
  /** The turn has ended or lost the floor; the next dialogue gets its place. May be repeated. */
  leave(agent: AgentId, turn: TurnId): Promise<void>;
  of(agent: AgentId): Promise<AttentionView>;
  /** Forgets turns that have ended, of which nobody told; the next dialogues get their places. May be repeated. */
  tidy(agent: AgentId): Promise<void>;
}

export interface AttentionSettings {
  readonly weights: AttentionWeights;
  /** How many dialogues an agent works in at once. */
  readonly atOnce: number;
}

interface AttentionOptions extends AttentionSettings {
  readonly clock: Clock;
  readonly minds: Minds;
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

export function openAttention(options: AttentionOptions): Attention {
  const { clock, weights, atOnce, minds, begin, onChange, onStir } = options;
  const rules = (): MindRules => ({ weights, atOnce, now: clock.now() });

  /** What an agent has taken up. */
  function beginAll(before: Mind, after: Mind): Waiting | null {
    const begun = after.focus.filter(({ turn }) => !isInFocus(before, turn));
    for (const { turn } of begun) begin(turn);
    return begun[0] ?? null;
  }

  async function attend({ agent, ...call }: Call): Promise<void> {
    const { before, after } = await minds.change(agent, mind => attending(mind, call, rules()));
    const begun = beginAll(before, after);
    // The wake-up may have been given up: it is only asked for again.
    if (isInFocus(before, call.turn) && isInFocus(after, call.turn)) begin(call.turn);
    if (before === after) return;
    const waits = after.waiting.some(({ turn }) => turn === call.turn);
    if (waits) onChange(agent, call.dialogue);
    onStir({
      agent,
      turn: call.turn,
      why: waits ? 'waits' : 'begins',
      from: statusOf(before),
      to: statusOf(after),
      begun,
    });
  }

  async function leave(agent: AgentId, turn: TurnId): Promise<void> {
    const { before, after } = await minds.change(agent, mind => leaving(mind, turn, rules()));
    if (before === after) {
      // It has left before, and what it made place for may never have begun: the answer of the store was lost. It is only asked for again.
      for (const { turn } of after.focus) begin(turn);
      return;
    }
    const begun = beginAll(before, after);
    const waited = before.waiting.find(one => one.turn === turn);
    if (waited !== undefined) onChange(agent, waited.dialogue);
    if (begun !== null) onChange(agent, begun.dialogue);
    onStir({ agent, turn, why: 'ends', from: statusOf(before), to: statusOf(after), begun });
  }

  async function tidy(agent: AgentId): Promise<void> {
    const { before, after, over } = await minds.tidy(agent);
    const begun = beginAll(before, after);
    const turn = over.at(-1);
    if (turn === undefined) return;
    for (const { dialogue } of before.waiting) onChange(agent, dialogue);
    onStir({ agent, turn, why: 'ends', from: statusOf(before), to: statusOf(after), begun });
  }

  return {
    attend,
    leave,
    tidy,
    async of(agent) {
      const { focus, waiting } = await minds.read(agent);
      return { focus, waiting: byPriority(waiting, weights, clock.now()) };
    },
  };
}
