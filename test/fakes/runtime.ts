import type { AgentRuntime, Estimate, ReplyPiece, ReplyRequest, StepRequest } from '../../src/ports/agent-runtime.ts';

export type Script = (request: ReplyRequest, signal: AbortSignal) => AsyncIterable<ReplyPiece> | string;

/** What a model calls in a step of a task, and what it says beside; a promise may take its time. */
export interface ScriptedStep {
  readonly text?: string;
  readonly calls?: readonly (readonly [name: string, input: Readonly<Record<string, unknown>>])[];
}
export type Worker = (request: StepRequest, signal: AbortSignal) => ScriptedStep | Promise<ScriptedStep>;

export interface ScriptedRuntime extends AgentRuntime {
  readonly requests: ReplyRequest[];
  readonly stepRequests: StepRequest[];
  /** What works on tasks from now on. */
  work(worker: Worker): void;
  /** What answers from now on. */
  answer(script: Script): void;
  /** Only these agents have models that can call tools, from now on. Before that: all have. */
  canOnlyStep(...agents: readonly string[]): void;
  /** What it estimates from now on. */
  expect(estimate: Estimate): void;
}

/** The text of the message that a request is to answer. */
export const lastText = (request: ReplyRequest): string =>
  (request.answering ?? request.conversation.at(-1))?.text ?? '';

/** An agent runtime that answers as the test says; by default with what it heard. */
export function scriptedRuntime(): ScriptedRuntime {
  const requests: ReplyRequest[] = [];
  const stepRequests: StepRequest[] = [];
  let worker: Worker = () => {
    throw new Error('Nobody works on tasks in this test.');
  };
  let able: readonly string[] | null = null;
  let estimate: Estimate = { model: 'scripted', inputTokens: 100, outputTokens: 100 };
  let script: Script = request => `${request.agent.name} heard: ${lastText(request)}`;
  return {
    requests,
    stepRequests,
    work(next) {
      worker = next;
    },
    async step(request, signal) {
      stepRequests.push(request);
      const { text = '', calls = [] } = await worker(request, signal);
      signal.throwIfAborted();
      const named = calls.map(([name, input], index) => ({ id: `call_${request.done.length}_${index}`, name, input }));
      return { text, calls: named, extras: {}, usage: { model: 'scripted', inputTokens: 100, outputTokens: 10 } };
    },
    answer(next) {
      script = next;
    },
    expect(next) {
      estimate = next;
    },
    async *reply(request, signal) {
      requests.push(request);
      const said = script(request, signal);
      if (typeof said === 'string') yield { type: 'text', text: said };
      else yield* said;
    },
    canOnlyStep(...agents) {
      able = agents;
    },
    canStep: async agent => able?.includes(agent._id) ?? true,
    estimate: async () => estimate,
    describe: async () => [],
    warmUp: async () => undefined,
  };
}

export interface HeldReply {
  /** Waits until the model is asked, then gives it. */
  readonly asked: Promise<ReplyRequest>;
  say(text: string): void;
  fail(error: Error): void;
  end(): void;
  /** Whether the signal was aborted. */
  aborted(): boolean;
}

/** A reply that comes word by word, as the test says. */
export function heldReply(): HeldReply & { readonly script: Script } {
  const asked = Promise.withResolvers<ReplyRequest>();
  const pieces: (string | Error | null)[] = [];
  let wake = Promise.withResolvers<void>();
  let signalSeen: AbortSignal | null = null;
  const push = (piece: string | Error | null): void => {
    pieces.push(piece);
    wake.resolve();
  };
  async function* stream(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece> {
    signalSeen = signal;
    signal.addEventListener('abort', () => wake.resolve());
    asked.resolve(request);
    for (;;) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      signal.throwIfAborted();
      while (pieces.length > 0) {
        const piece = pieces.shift();
        if (piece === null || piece === undefined) return;
        if (piece instanceof Error) throw piece;
        yield { type: 'text', text: piece };
      }
    }
  }
  return {
    asked: asked.promise,
    say: push,
    fail: push,
    end: () => push(null),
    aborted: () => signalSeen?.aborted ?? false,
    script: stream,
  };
}

/** Calls a tool as a model does, and gives what the model reads. */
export async function callTool(
  request: ReplyRequest,
  name: string,
  input: unknown,
  signal: AbortSignal,
): Promise<string> {
  const tool = request.tools.find(offered => offered.name === name);
  if (tool === undefined) throw new Error(`${name} is not offered`);
  return tool.run(await tool.parameters.parseAsync(input), signal, null);
}

/** A script that calls tools in the middle of its answer. */
export const scripted = (
  play: (request: ReplyRequest, call: (name: string, input: unknown) => Promise<string>) => Promise<string>,
): Script =>
  async function* (request, signal) {
    const text = await play(request, (name, input) => callTool(request, name, input, signal));
    if (text !== '') yield { type: 'text', text };
  };
