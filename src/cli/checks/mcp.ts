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

/** It is not started: that takes the files of a task. */
function judgedProgram(name: string, { name: program, image, there }: NonNullable<McpHealth['program']>): CheckResult {
  if (there === null) return open(`${name}: ${program} starts in the workspaces of tasks, and is not looked for here`);
  return there
    ? fine(`${name}: the image ${image} has ${program}`)
    : wrong(`${name}: the image ${image} has no program ${program}`, `Put it there: ${guide}.`);
}

function judged({ name, tools, why, unknown, program }: McpHealth): CheckResult {
  if (why !== null) return wrong(`${name}: ${why}`, `Correct mcp in config/parley.yaml: ${guide}.`);
  if (program !== null) return judgedProgram(name, program);
  if (tools === null) return open(`${name}: not asked`);
  const few = tools.slice(0, mostNamed).join(', ');
  const listed = tools.length > mostNamed ? `${few}, …` : few;
  if (unknown.length > 0)
    return wrong(
      `${name} has no tool ${unknown.slice(0, mostNamed).join(', ')}; it has ${listed || 'none'}`,
      `Correct tools and harmless of ${name} in config/parley.yaml: ${guide}.`,
    );
  return fine(`${name}: ${tools.length} ${tools.length === 1 ? 'tool' : 'tools'} (${listed})`);
}
