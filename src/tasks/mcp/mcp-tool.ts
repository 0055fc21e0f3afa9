import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isParleyError, ParleyError } from '../../core/errors.ts';
import type { McpServer, McpTool } from '../../ports/mcp.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { fromOutside } from '../from-outside.ts';
import { plainSchema } from './plain-schema.ts';

const [mostSchema, mostDescription, mostText] = [16_000, 1_000, 12_000];
const longestName = 64;
const anything = z.record(z.string(), z.unknown());

/** What a model calls a tool of a server. Two long names that differ only at their end stay two. */
export function nameOf({ name }: Pick<McpServer, 'name'>, tool: string): string {
  const whole = `mcp_${name}_${tool.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
  if (whole.length <= longestName) return whole;
  return `${whole.slice(0, longestName - 9)}_${createHash('sha256').update(tool).digest('hex').slice(0, 8)}`;
}

interface Given {
  readonly server: McpServer;
  readonly listed: McpTool;
  readonly place: WorkPlace;
}

/** A tool of an MCP server. A person has to allow each call of it, unless the operator says that it is harmless. */
export const mcpTool = ({ server, listed, place }: Given): Tool => {
  const isHarmless = server.harmless.includes(listed.name);
  return tool({
    name: nameOf(server, listed.name),
    description: `A tool of the MCP server ${server.name}, which is not Parley’s. It says of it: ${JSON.stringify(listed.description.slice(0, mostDescription))}`,
    parameters: schemaOf(listed.schema),
    limitMs: 120_000,
    ...(isHarmless ? {} : { danger: () => `calls ${listed.name} of the MCP server ${server.name}` }),
    async run(input, signal) {
      try {
        const { text, failed } = await server.call(place, { tool: listed.name, input }, signal);
        const what = `${failed ? 'It failed, and the server says why.' : 'What it gave.'}`;
        const rest = text.length > mostText ? `\n[… ${text.length - mostText} characters more are left out …]` : '';
        return fromOutside(what, `${text.slice(0, mostText)}${rest}`);
      } catch (error) {
        signal.throwIfAborted();
        // Nothing was begun.
        if (isParleyError(error, 'SANDBOX_MISSING')) throw error;
        if (error instanceof ParleyError) return `${error.message} Nobody knows whether it was done.`;
        throw error;
      }
    },
  });
};

const schemas = new WeakMap<McpTool['schema'], z.ZodType<Record<string, unknown>>>();

/** The same for a tool each time that it is offered. */
function schemaOf(given: McpTool['schema']): z.ZodType<Record<string, unknown>> {
  const known = schemas.get(given) ?? madeOf(given);
  schemas.set(given, known);
  return known;
}

/** The schema that a server gives, without what could take long to check; one that can’t be read lets every object pass: the server checks, too. */
function madeOf(given: McpTool['schema']): z.ZodType<Record<string, unknown>> {
  try {
    const plain = plainSchema(given);
    if (plain === null || JSON.stringify(plain).length > mostSchema) return anything;
    const schema = z.fromJSONSchema({ ...plain, type: 'object' } as Parameters<typeof z.fromJSONSchema>[0]);
    // What can’t be told to a model again is not used.
    z.toJSONSchema(schema, { io: 'input' });
    return schema as z.ZodType<Record<string, unknown>>;
  } catch {
    return anything;
  }
}
