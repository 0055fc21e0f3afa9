/** What is taken over as it is. */
const words = ['type', 'title', 'description', 'enum', 'const', 'required'] as const;
const bounds = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
] as const;
const asTheyAre: ReadonlySet<string> = new Set([...words, ...bounds]);
/** What has schemas in it: one, or a list of them. */
const inside: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalProperties',
  'anyOf',
  'oneOf',
  'allOf',
]);
/** So many parts of a schema are looked at, and so deep. */
const [mostParts, deepest] = [1_000, 20];
const anything = {};

/**
 * The schema of somebody else, as a tree: each reference has in its place what it refers to, so to check something takes no longer than the schema is large.
 * What could take long (patterns, schemas that grow by their references) and what would change what is checked (defaults) is left out, and so is what is
 * seldom: whoever gave the schema checks, too. Null: there is too much of it.
 */
export function plainSchema(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  let parts = 0;

  /** `within`: the references that it stands in. */
  function plain(value: unknown, within: readonly string[], depth: number): unknown {
    parts += 1;
    if (!isRecord(value)) return typeof value === 'boolean' ? value : anything;
    if (depth > deepest || parts > mostParts) return anything;
    const { $ref: ref } = value;
    if (typeof ref !== 'string') return tree(value, within, depth);
    const found = within.includes(ref) ? undefined : definitionOf(given, ref);
    return found === undefined ? anything : plain(found, [...within, ref], depth + 1);
  }

  function tree(value: Readonly<Record<string, unknown>>, within: readonly string[], depth: number): unknown {
    const below = (inner: unknown): unknown => plain(inner, within, depth + 1);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
        if (asTheyAre.has(key)) return [[key, inner]];
        if (inside.has(key)) return [[key, Array.isArray(inner) ? inner.map(below) : below(inner)]];
        if (key !== 'properties' || !isRecord(inner)) return [];
        return [[key, Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, below(one)]))]];
      }),
    );
  }

  const whole = plain(given, [], 0) as Readonly<Record<string, unknown>>;
  return parts > mostParts ? null : whole;
}

/** `#/$defs/place`: what is referred to in any other way is not known. */
function definitionOf(given: Readonly<Record<string, unknown>>, ref: string): unknown {
  const [, where = '', name = ''] = /^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(ref) ?? [];
  const all = given[where];
  return isRecord(all) && Object.hasOwn(all, name) ? all[name] : undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
