import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ParleyError, parleyErrorIn } from '../core/errors.ts';
import type { McpAnswer, McpTool } from '../ports/mcp.ts';

const callMs = 90_000;
const [mostTools, mostPages, mostText] = [100, 10, 100_000];

interface Given {
  /** As people know the server. */
  readonly name: string;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** How long it may take to list its tools, with its start. */
  readonly listMs: number;
}

/** The tools of a server, as it lists them; at most a hundred. */
export const listTools = (given: Given): Promise<McpTool[]> =>
  inSession(given, given.listMs, async (client, options) => {
    const tools: McpTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages && tools.length < mostTools; page += 1) {
      const listed = await client.listTools(cursor === undefined ? {} : { cursor }, options);
      for (const { name, description = '', inputSchema } of listed.tools)
        tools.push({ name, description, schema: inputSchema });
      cursor = listed.nextCursor;
      if (cursor === undefined) break;
    }
    return tools.slice(0, mostTools);
  });

/** Calls a tool, and gives what is text of what it gave. */
export const callTool = (
  given: Given,
  { tool, input }: { readonly tool: string; readonly input: Readonly<Record<string, unknown>> },
): Promise<McpAnswer> =>
  inSession(given, callMs, async (client, options) => {
    const { content, structuredContent, isError } = await client.callTool(
      { name: tool, arguments: { ...input } },
      undefined,
      options,
    );
    const parts = (Array.isArray(content) ? content : []).map(textOf);
    const text = parts.length > 0 ? parts.join('\n') : JSON.stringify(structuredContent ?? null);
    return { text: text.slice(0, mostText), failed: isError === true };
  });

/** What people could read of a part; pictures and files are named only. */
function textOf(part: {
  readonly type: string;
  readonly text?: string;
  readonly mimeType?: string;
  readonly resource?: unknown;
}): string {
  if (part.type === 'text') return part.text ?? '';
  const { text } = (part.resource ?? {}) as { readonly text?: unknown };
  return typeof text === 'string'
    ? text
    : `(Left out: ${part.type}${part.mimeType === undefined ? '' : `, ${part.mimeType}`}.)`;
}

/** What a server says of its own answers is not compiled: it is of no use here, and all of its tools would be gone with one that can’t be. */
const unchecked = {
  getValidator: () => (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined }),
};

interface Options {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly maxTotalTimeout: number;
}

async function inSession<T>(
  { name, transport, signal }: Given,
  limitMs: number,
  use: (client: Client, options: Options) => Promise<T>,
): Promise<T> {
  const client = new Client({ name: 'parley', version: '1' }, { capabilities: {}, jsonSchemaValidator: unchecked });
  const options = { signal, timeout: limitMs, maxTotalTimeout: limitMs };
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  // An answer that breaks off in the middle is told here only; the call would wait for the rest of it.
  client.onerror = error => {
    if (error.message.startsWith('SSE stream disconnected')) broken.reject(error);
  };
  try {
    signal.throwIfAborted();
    await client.connect(transport, options);
    return await Promise.race([use(client, options), broken.promise]);
  } catch (error) {
    signal.throwIfAborted();
    throw reasonOf(name, error);
  } finally {
    await client.close().catch(() => undefined);
  }
}

function reasonOf(name: string, error: unknown): ParleyError {
  const known = parleyErrorIn(error);
  if (known !== null) return known;
  const why = (error instanceof Error ? error.message : 'nobody knows why').replace(/[\s\p{C}]+/gu, ' ').slice(0, 300);
  return new ParleyError('MCP_UNREACHABLE', `The MCP server ${name} can’t be used now: ${JSON.stringify(why)}.`, {
    cause: error,
    retry: true,
  });
}
