import type { Config } from '../../config/load.ts';
import type { Main, McpHealth } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { type AskedServer, httpServer } from '../mcp/http-server.ts';
import { stdioServer } from '../mcp/stdio-server.ts';
import type { Clock } from '../ports/clock.ts';
import type { McpServer } from '../ports/mcp.ts';
import type { WorkTools } from '../ports/work-tools.ts';
import { mcpTools } from '../tasks/mcp/mcp-tools.ts';
import { isInImage } from './open-sandbox.ts';

interface Given {
  readonly config: Pick<Config, 'mcp'>;
  readonly clock: Clock;
  readonly workspaces: WorkTools;
}

/** What a server may say in one answer. */
const maxBytes = 1_000_000;

type Wish = Config['mcp'][number];

/** The tools of the MCP servers of the configuration. Nobody is asked before there is a task. */
export const openMcp = ({ config, clock, workspaces }: Given): WorkTools['offer'] =>
  mcpTools({
    clock,
    servers: config.mcp.map(wish => asked(wish) ?? inWorkspace(wish, workspaces)),
  });

/** One that is asked over HTTP; null: it is a command. */
function asked({ name, harmless, url, headers, internal, tools: only }: Wish): AskedServer | null {
  if (url === undefined) return null;
  return httpServer({ name, harmless, only, url, headers }, guardedFetch({ internal, maxBytes }));
}

const inWorkspace = ({ name, harmless, command = [], tools: only }: Wish, workspaces: WorkTools): McpServer =>
  stdioServer({ name, harmless, only, command }, () => workspaces.run);

const patienceMs = 20_000;
const nothingSaid = { tools: null, why: null, unknown: [], program: null } as const;

/** What a command begins with, and whether the image of workspaces has it. */
async function programOf(
  { command: [program = ''] = [] }: Wish,
  given: Parameters<typeof isInImage>[0],
  within: AbortSignal,
): Promise<NonNullable<McpHealth['program']>> {
  const { image } = given.config.sandbox;
  return { name: program, image, there: await isInImage(given, program, within).catch(() => null) };
}

export const describeMcp: Main['describeMcp'] = ({ config, env, signal }) =>
  Promise.all(
    config.mcp.map(async wish => {
      const server = asked(wish);
      const { name, tools: only, harmless } = wish;
      const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      if (server === null) return { ...nothingSaid, name, program: await programOf(wish, { config, env }, within) };
      try {
        const there = (await server.look(within)).map(tool => tool.name);
        const unknown = [...new Set([...(only ?? []), ...harmless])].filter(tool => !there.includes(tool));
        return { ...nothingSaid, name, tools: there, unknown };
      } catch (error) {
        signal.throwIfAborted();
        if (within.aborted) return { ...nothingSaid, name, why: 'It does not answer.' };
        if (!(error instanceof ParleyError)) throw error;
        return { ...nothingSaid, name, why: error.message };
      }
    }),
  );
