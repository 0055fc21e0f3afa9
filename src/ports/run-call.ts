import type { Log } from './log.ts';
import type { Ahead, Tool, ToolCall } from './tool.ts';

const defaultLimitMs = 30_000;
/** Of one result: what a model reads of it. */
const longestResult = 16_000;
const mostIssues = 5;

export interface CallContext {
  readonly tools: readonly Tool[];
  readonly log: Pick<Log, 'warn'>;
  readonly signal: AbortSignal;
  /** What a model is not told of: it is thrown. Left out: nothing. */
  readonly passes?: (error: unknown) => boolean;
  /** Names the call for ever, as `Tool.run` gets it. */
  readonly name: string | null;
}

/** Carries a call out and gives what the model reads. Throws only the reason of `signal`, and what `passes`. */
export async function runCall(call: ToolCall, context: CallContext): Promise<string> {
  const { tools, signal, name } = context;
  const tool = tools.find(one => one.name === call.name);
  if (tool === undefined) return unknownTool(tools);
  if (call.input === null) return 'The arguments are no JSON object. Call it again with a JSON object.';
  const parsed = await tool.parameters.safeParseAsync(call.input);
  if (!parsed.success) return wrongInput(parsed.error.issues);
  try {
    return cut(await inTime(tool, ended => tool.run(parsed.data, ended, name), signal));
  } catch (error) {
    return toldOf(tool, error, context);
  }
}

/** What a tool sees ahead of a call with this input. Throws as `runCall` does. */
export async function lookAhead(
  tool: Tool,
  input: unknown,
  context: Omit<CallContext, 'tools' | 'name'>,
): Promise<Ahead> {
  const { looksAhead } = tool;
  if (looksAhead === undefined) return { shown: null };
  try {
    const ahead = await inTime(tool, ended => looksAhead(input, ended), context.signal);
    return 'no' in ahead ? { no: cut(ahead.no) } : ahead;
  } catch (error) {
    return { no: toldOf(tool, error, context) };
  }
}

function toldOf(
  { name }: Tool,
  error: unknown,
  { log, signal, passes }: Pick<CallContext, 'log' | 'signal' | 'passes'>,
): string {
  signal.throwIfAborted();
  if (passes?.(error)) throw error;
  log.warn({ tool: name, err: error }, 'A tool failed.');
  return error instanceof OutOfTime ? 'It took too long and was given up.' : 'It failed. Go on without it.';
}

const unknownTool = (tools: readonly Tool[]): string =>
  `There is no such tool. There are: ${tools.map(({ name }) => name).join(', ')}.`;

function wrongInput(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const told = issues.slice(0, mostIssues).map(({ path, message }) => `- ${path.join('.') || 'input'}: ${message}`);
  return ['The arguments do not fit. Correct them and call it again:', ...told].join('\n');
}

/** A tool took longer than it may, and perhaps goes on. */
export class OutOfTime extends Error {}

/** Does not wait for a tool that goes on after it was told to end. */
async function inTime<T>(
  { limitMs = defaultLimitMs }: Tool,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const ended = new AbortController();
  const end = (reason: unknown) => ended.abort(reason);
  const onAbort = () => end(signal.reason);
  const timer = setTimeout(() => end(new OutOfTime()), limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const over = new Promise<never>((_, reject) =>
      ended.signal.addEventListener('abort', () => reject(ended.signal.reason), { once: true }),
    );
    return await Promise.race([work(ended.signal), over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

const cut = (text: string): string =>
  text.length <= longestResult ? text : `${text.slice(0, longestResult)}\n[… the rest is left out …]`;
