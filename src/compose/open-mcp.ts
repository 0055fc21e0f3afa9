import type { Config } from '../../config/load.ts';
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { httpServer } from '../mcp/http-server.ts';
import { stdioServer } from '../mcp/stdio-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { McpServer } from '../ports/mcp.ts';
import type { WorkTools } from '../ports/work-tools.ts';
import { mcpTools } from '../tasks/mcp/mcp-tools.ts';

interface Given {
  readonly config: Pick<Config, 'mcp'>;
  readonly clock: Clock;
  readonly workspaces: WorkTools;
}

/** What a server may say in one answer. */
const maxBytes = 1_000_000;

/** The tools of the MCP servers of the configuration. Nobody is asked before there is a task. */
export const openMcp = ({ config, clock, workspaces }: Given): WorkTools['offer'] =>
  mcpTools({
    clock,
    servers: config.mcp.map(
      ({ url, command = [], headers, internal, tools: only, ...server }): McpServer =>
        url === undefined
          ? stdioServer({ ...server, only, command }, () => workspaces.run)
          : httpServer({ ...server, only, url, headers }, guardedFetch({ internal, maxBytes })),
    ),
  });
