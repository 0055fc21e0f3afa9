import { z } from 'zod';
import { ParleyError } from '../../core/errors.ts';
import { recent } from '../../core/recent.ts';
import type { Clock } from '../../ports/clock.ts';
import type { McpServer, McpTool } from '../../ports/mcp.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace, WorkTools } from '../../ports/work-tools.ts';
import { mcpTool, nameOf } from './mcp-tool.ts';

const [keptMs, awayMs] = [10 * 60_000, 60_000];
/** Servers, each counted for each task where it runs in its workspace. */
const mostKnown = 1_000;

interface Given {
  readonly servers: readonly McpServer[];
  readonly clock: Clock;
}

/** What is known of a server: its tools, or why it could not be asked; looked at again after a while. */
interface Known {
  readonly until: number;
  readonly tools: readonly McpTool[] | null;
}

/** The tools of MCP servers, in the stages in which something is done. A server that is away has one tool, which looks again. */
export function mcpTools({ servers, clock }: Given): WorkTools['offer'] {
  const known = recent<string, Known>(mostKnown);
  const nameFor = ({ name, perTask }: McpServer, { task }: WorkPlace): string => (perTask ? `${name} ${task}` : name);

  async function look(server: McpServer, place: WorkPlace, signal: AbortSignal): Promise<string | null> {
    try {
      const tools = await server.list(place, signal);
      known.set(nameFor(server, place), { until: clock.now() + keptMs, tools });
      return null;
    } catch (error) {
      signal.throwIfAborted();
      const before = known.get(nameFor(server, place))?.tools ?? null;
      known.set(nameFor(server, place), { until: clock.now() + awayMs, tools: before });
      return error instanceof ParleyError ? error.message : `The MCP server ${server.name} can’t be used now.`;
    }
  }

  async function offered(server: McpServer, place: WorkPlace, signal: AbortSignal): Promise<readonly Tool[]> {
    const seen = known.get(nameFor(server, place));
    if (seen === undefined || seen.until <= clock.now()) await look(server, place, signal);
    const tools = known.get(nameFor(server, place))?.tools ?? null;
    return tools === null ? [awayTool(server, place, look)] : toolsOf(server, tools, place);
  }

  return async (place, signal) => {
    if (place.stage !== 'build' && place.stage !== 'test') return [];
    const all = await Promise.all(servers.map(server => offered(server, place, signal)));
    return all.flat();
  };
}

/** Of two tools of one name the first counts; what can't be described to a model is left out. */
function toolsOf(server: McpServer, listed: readonly McpTool[], place: WorkPlace): Tool[] {
  const made = new Map<string, Tool>();
  for (const one of listed) {
    if (server.only !== null && !server.only.includes(one.name)) continue;
    const name = nameOf(server, one.name);
    if (!made.has(name)) made.set(name, mcpTool({ server, listed: one, place }));
  }
  return [...made.values()];
}

const awayTool = (
  server: McpServer,
  place: WorkPlace,
  look: (server: McpServer, place: WorkPlace, signal: AbortSignal) => Promise<string | null>,
): Tool =>
  tool({
    name: nameOf(server, 'away'),
    description: `The tools of the MCP server ${server.name} are not there now. This looks whether they are again.`,
    parameters: z.object({}),
    async run(_, signal) {
      const why = await look(server, place, signal);
      return why ?? `The server ${server.name} is there. You have its tools from your next step on.`;
    },
  });
