import type { WorkPlace } from './work-tools.ts';

/** A tool as its server describes it. All of it comes from outside. */
export interface McpTool {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of an object. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface McpAnswer {
  /** All that is text in it; the rest is named. */
  readonly text: string;
  /** The server says that it failed. */
  readonly failed: boolean;
}

/**
 * A server that speaks the Model Context Protocol. Each call is a session of its own, so nothing is lost with a connection. Errors: `MCP_UNREACHABLE`
 * (it is away, or answers nonsense; the message is fit for the model; `retry`), `ADDRESS_REFUSED`, those of workspaces where it runs in one,
 * and the reason of the signal.
 */
export interface McpServer {
  /** What its tools begin with: small letters and digits. */
  readonly name: string;
  /** The tools that may be called without a person’s word. */
  readonly harmless: readonly string[];
  /** The tools that are offered; null: all. */
  readonly only: readonly string[] | null;
  /** It runs in the workspace of each task. What one says there, a program of that task may have said: it counts for that task alone. */
  readonly perTask: boolean;
  list(place: WorkPlace, signal: AbortSignal): Promise<readonly McpTool[]>;
  call(
    place: WorkPlace,
    wish: { readonly tool: string; readonly input: Readonly<Record<string, unknown>> },
    signal: AbortSignal,
  ): Promise<McpAnswer>;
}
