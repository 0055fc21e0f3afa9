import type { McpServer } from '../ports/mcp.ts';
import type { RunInWorkspace, WorkPlace } from '../ports/work-tools.ts';
import { relayed } from './relayed.ts';
import { callTool, listTools } from './session.ts';

export interface StdioServer extends Pick<McpServer, 'name' | 'harmless' | 'only'> {
  /** The program and its arguments, in the image of workspaces. */
  readonly command: readonly string[];
}

/** A server that runs in the workspace of the task, for as long as one call takes, and can do no more than any command there. */
export function stdioServer({ command, ...server }: StdioServer, run: () => RunInWorkspace | undefined): McpServer {
  const given = (place: WorkPlace, signal: AbortSignal) => ({
    name: server.name,
    signal,
    // A program may have to be installed first.
    listMs: 90_000,
    transport: relayed({ command, run: run(), place, signal }),
  });
  return {
    ...server,
    perTask: true,
    list: (place, signal) => listTools(given(place, signal)),
    call: (place, wish, signal) => callTool(given(place, signal), wish),
  };
}
