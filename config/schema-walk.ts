import { z } from 'zod';

/** What a schema is without its defaults and nulls, and what the default is. */
export interface Unwrapped {
  readonly schema: z.ZodType;
  /** Undefined where there is none. */
  readonly fallback: unknown;
}

export function unwrap(schema: z.ZodType): Unwrapped {
  let inner: unknown = schema;
  let fallback: unknown;
  for (;;) {
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
      fallback ??= inner.def.defaultValue;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodNullable || inner instanceof z.ZodOptional) {
      inner = inner.def.innerType;
    } else {
      return { schema: inner as z.ZodType, fallback };
    }
  }
}

/** The options of an object schema, in order; none for any other schema. */
export function optionsOf(schema: z.ZodType): readonly (readonly [string, z.ZodType])[] {
  const { schema: inner } = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.entries(inner.shape as Record<string, z.ZodType>) : [];
}

/** The schema at a path, or undefined where the path leads nowhere or into a choice of several. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  const { schema: inner } = unwrap(schema);
  if (inner instanceof z.ZodArray) return schemaAt(inner.element as z.ZodType, rest);
  const child = optionsOf(inner).find(([name]) => name === first)?.[1];
  return child === undefined ? undefined : schemaAt(child, rest);
}

/**
 * A text from the environment as the kind of value that stands at a path: a number or yes and no where the schema wants one, else
 * the text itself, which the schema then judges.
 */
export function fromText(text: string, schema: z.ZodType | undefined): unknown {
  const wanted = schema === undefined ? undefined : unwrap(schema).schema;
  if (wanted instanceof z.ZodNumber && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(text)) return Number(text);
  if (wanted instanceof z.ZodBoolean && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}
