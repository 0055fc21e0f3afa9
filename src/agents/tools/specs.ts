import type { Tool } from '../../ports/tool.ts';

/** A tool in OpenAI's words, which LangChain turns into those of every provider. */
export interface ToolSpec {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Readonly<Record<string, unknown>>;
  };
}

/** What a model is told about tools: the same bytes for the same tools. */
export async function specsOf(tools: readonly Tool[]): Promise<ToolSpec[]> {
  if (tools.length === 0) return [];
  const { z } = await import('zod');
  return tools.map(({ name, description, parameters }) => {
    const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
    return { type: 'function', function: { name, description, parameters: schema } };
  });
}
