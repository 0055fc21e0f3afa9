import type { Agent } from '../core/agent.ts';
import type { MemberId } from '../core/ids.ts';
import type { Usage } from '../core/turn.ts';
import type { Tool, ToolCall } from './tool.ts';

/** One message of the conversation, as an agent gets to read it. */
export interface Heard {
  readonly from: MemberId;
  readonly name: string;
  readonly text: string;
  /** Pictures that came with it. They are loaded only for a model that takes them; a picture that can't be loaded rejects. */
  readonly images: readonly {
    readonly mimeType: string;
    readonly load: (signal: AbortSignal) => Promise<Uint8Array>;
  }[];
  /** It was spoken, and nobody has written down what; `seconds`: null where that is not known. Left out: it is no voice note. */
  readonly voice?: { readonly seconds: number | null };
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

export interface ReplyRequest {
  readonly agent: Agent;
  readonly chat: {
    readonly kind: 'private' | 'group';
    readonly name: string | null;
    readonly topic: string | null;
    readonly members: readonly {
      readonly id: MemberId;
      readonly name: string;
      /** Null for people and foreign bots. */
      readonly agent: Pick<Agent, '_id' | 'name' | 'description' | 'role' | 'resources'> | null;
    }[];
  };
  /** Oldest first. More than a model gets, so that the oldest can be left out in steps. */
  readonly conversation: readonly Heard[];
  /** What is to be answered, where others have spoken since; null: the last message of the conversation. */
  readonly answering: Heard | null;
  /** What the agent may do while it answers. Only a model that can call tools gets to know of them. */
  readonly tools: readonly Tool[];
}

export type ReplyPiece =
  | { readonly type: 'text'; readonly text: string }
  /** Comes last, if it comes. */
  | { readonly type: 'usage'; readonly usage: Usage };

/** A step of work that is done: what was said to the agent before it, what it said and called, and what came of the calls. */
export interface WorkRound {
  readonly heard: readonly string[];
  readonly text: string;
  /** As the step gave them. */
  readonly extras: Readonly<Record<string, unknown>>;
  readonly calls: readonly (ToolCall & { readonly result: string })[];
}

/** Work of many steps, as far as it is done. */
export interface StepRequest extends ReplyRequest {
  /** Oldest first. Of long work a model gets the beginning of old results only. */
  readonly done: readonly WorkRound[];
  /** What was said since. */
  readonly heard: readonly string[];
}

/** What a model says and wants to be done in a step. */
export interface StepAnswer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** What the provider wants back with its own calls; JSON. */
  readonly extras: Readonly<Record<string, unknown>>;
  readonly usage: Usage;
}

/** How many tokens an answer may take, about. */
export interface Estimate {
  /** The id of the model that is asked first, as `Usage.model` has it. */
  readonly model: string;
  readonly inputTokens: number;
  /** What the model may answer at most, or where that is open, what its answers took so far. */
  readonly outputTokens: number;
}

/** What thinks for an agent. */
export interface AgentRuntime {
  /**
   * Answers a message of the conversation, piece by piece, Markdown. Ends when the answer is complete.
   * Aborting `signal` closes the connection to the model and makes the iteration throw the signal's reason.
   * Errors: `MODEL_*` of core/errors.ts, whose messages are fit for the room: plain, and with what to do. Pieces given before an
   * error stand. A fallback is only taken before the first piece, and before the first call of a tool.
   *
   * A model may call tools, in several rounds; the texts before and after are one answer. A call that can't be understood is answered to the
   * model, never thrown; after some rounds no call is carried out any more. Only where a tool was called may the answer be without text.
   */
  reply(request: ReplyRequest, signal: AbortSignal): AsyncIterable<ReplyPiece>;
  /**
   * One step of work: asks a model once and gives what it says and calls, whole. Nothing is carried out: whoever asks does that, and asks for the
   * next step with the results. Aborting and errors are as of `reply`, but what had come before an error is thrown away, and another model may
   * be asked. `MODEL_WITHOUT_TOOLS` where no model of the agent can call tools.
   */
  step(request: StepRequest, signal: AbortSignal): Promise<StepAnswer>;
  /** Whether a model of the agent can call tools, so that it can take steps. Asks no model. */
  canStep(agent: Agent): Promise<boolean>;
  /** How many tokens the answer to a request, or a step, may take. Asks no model and loads no picture; never rejects for a model's sake. */
  estimate(request: ReplyRequest | StepRequest): Promise<Estimate>;
  /** Whether each model answers, the default one first, for the start-up line and `npx parley check`. */
  describe(signal: AbortSignal): Promise<readonly ModelHealth[]>;
  /** Loads what the first answer needs, so that it need not wait. */
  warmUp(): Promise<void>;
}

export interface ModelHealth {
  readonly name: string;
  readonly ok: boolean;
  /** `gpt-5 at api.openai.com`, or what is wrong. */
  readonly detail: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}
