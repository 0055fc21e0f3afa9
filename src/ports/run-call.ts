import type { Log } from './log.ts';
import type { Tool, ToolCall } from './tool.ts';

const defaultLimitMs = 30_000;
/** Of one result: what a model reads of it. */
const longestResult = 16_000;
const mostIssues = 5;

export interface CallContext {
  readonly tools: readonly Tool[];
  readonly log: Pick<Log, 'warn'>;
  readonly signal: AbortSignal;
  /** Names the call for ever, as `Tool.run` gets it. */
  readonly name: string | null;
}

/** Carries a call out and gives what the model reads. Throws only the reason of `signal`. */
export async function runCall(call: ToolCall, context: CallContext): Promise<string> {
  const { tools, log, signal } = context;
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return unknownTool(tools);
  if (call.input === null) return 'The arguments are no JSON object. Call it again with a JSON object.';
  const parsed = await tool.parameters.safeParseAsync(call.input);
  if (!parsed.success) return wrongInput(parsed.error.issues);
  try {
    return cut(await inTime(tool, parsed.data, context));
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ tool: tool.name, err: error }, 'A tool failed.');
    return error instanceof OutOfTime ? 'It took too long and was given up.' : 'It failed. Go on without it.';
  }
}

const unknownTool = (tools: readonly Tool[]): string =>
  `There is no such tool. There are: ${tools.map(({ name }) => name).join(', ')}.`;

function wrongInput(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const told = issues.slice(0, mostIssues).map(({ path, message }) => `- ${path.join('.') || 'input'}: ${message}`);
  return ['The arguments do not fit. Correct them and call it again:', ...told].join('\n');
}

class OutOfTime extends Error {}

/** Does not wait for a tool that goes on after it was told to end. */
async function inTime(tool: Tool, input: unknown, { signal, name }: CallContext): Promise<string> {
  const ended = new AbortController();
  const end = (reason: unknown) => ended.abort(reason);
  const onAbort = () => end(signal.reason);
  const timer = setTimeout(() => end(new OutOfTime()), tool.limitMs ?? defaultLimitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const over = new Promise<never>((_, reject) =>
      ended.signal.addEventListener('abort', () => reject(ended.signal.reason), { once: true }),
    );
    return await Promise.race([tool.run(input, ended.signal, name), over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

const cut = (text: string): string =>
  text.length <= longestResult ? text : `${text.slice(0, longestResult)}\n[… the rest is left out …]`;
