import type { McpHealth } from '../main-functions.ts';
import { type Check, type CheckResult, fine, open, wrong } from './check.ts';

/** MCP servers, one line each. Without any there is no line: few have them. */
export const mcpCheck: Check = {
  name: 'MCP',
  async run({ main, config, env, signal }) {
    const found = config.mcp.length === 0 ? [] : await main.describeMcp({ config, env, signal });
    return found.map(judged);
  },
};

const mostNamed = 8;
const guide = 'docs/how-to/use-mcp-servers.md';

function judged({ name, tools, why, unknown }: McpHealth): CheckResult {
  if (why !== null) return wrong(`${name}: ${why}`, `Correct mcp in config/parley.yaml: ${guide}.`);
  if (tools === null) return open(`${name}: a command, which starts in the workspaces of tasks and is not tried here`);
  const few = tools.slice(0, mostNamed).join(', ');
  const listed = tools.length > mostNamed ? `${few}, …` : few;
  if (unknown.length > 0)
    return wrong(
      `${name} has no tool ${unknown.slice(0, mostNamed).join(', ')}; it has ${listed || 'none'}`,
      `Correct tools and harmless of ${name} in config/parley.yaml: ${guide}.`,
    );
  return fine(`${name}: ${tools.length} ${tools.length === 1 ? 'tool' : 'tools'} (${listed})`);
}
