import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { GuardedFetch } from '../egress/guarded-fetch.ts';
import type { McpServer, McpTool } from '../ports/mcp.ts';
import { callTool, listTools } from './session.ts';

export interface HttpServer extends Pick<McpServer, 'name' | 'harmless' | 'only'> {
  readonly url: string;
  /** What shows who asks; for this server alone. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One that needs no workspace, so it can be looked at without a task. */
export interface AskedServer extends McpServer {
  look(signal: AbortSignal): Promise<readonly McpTool[]>;
}

/** A server that is asked over HTTP. It is reached as what somebody else has named: only where the public internet is, or the operator says so. */
export function httpServer({ url, headers, ...server }: HttpServer, open: GuardedFetch): AskedServer {
  const given = (signal: AbortSignal) => ({
    name: server.name,
    signal,
    listMs: 20_000,
    transport: new StreamableHTTPClientTransport(new URL(url), {
      fetch: (to, init) => open(to, { ...init, headers: withHeaders(init?.headers, headers) }, signal) as never,
      // What breaks off is told, and tried again by who called.
      reconnectionOptions: {
        initialReconnectionDelay: 1_000,
        maxReconnectionDelay: 1_000,
        reconnectionDelayGrowFactor: 1,
        maxRetries: 0,
      },
    }) as never,
  });
  return {
    ...server,
    perTask: false,
    look: signal => listTools(given(signal)),
    list: (_place, signal) => listTools(given(signal)),
    call: (_place, wish, signal) => callTool(given(signal), wish),
  };
}

function withHeaders(
  own: ConstructorParameters<typeof Headers>[0],
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers = new Headers(own);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return Object.fromEntries(headers);
}
