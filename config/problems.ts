import type { z } from 'zod';
import { closest } from '../src/core/closest.ts';
import { ParleyError } from '../src/core/errors.ts';
import { about } from './about.ts';
import { optionsOf, schemaAt, unwrap } from './schema-walk.ts';

/** Where a value comes from, for messages: `config/parley.yaml:12:3` or `environment variable PARLEY_PORT`. */
export type Where = (path: readonly PropertyKey[], part: 'key' | 'value') => string;

const secret = /token|key|password|secret|(?:store|redis)\.url/i;
/** An address with a user and a password in it, whatever it is for. */
const withPassword = /:\/\/[^/\s]*@/;

interface Origin {
  readonly where: Where;
  /** What is wrong with values beside the schema, by path; these are not judged any further. */
  readonly unset: ReadonlyMap<string, string>;
}

/** Checks a value against a schema; all problems stand in one error, each with its place and what to do. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, { where, unset }: Origin): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success && unset.size === 0) return result.data;
  const issues = (result.error?.issues ?? []).filter(({ path }) => !unset.has(path.join('.')));
  throw invalid([...unset.values(), ...issues.flatMap(issue => describe({ schema, value }, issue, where))]);
}

/** In the order of the file: numbers count as such. */
const byPlace = new Intl.Collator('en', { numeric: true }).compare;

export function invalid(problems: readonly string[]): ParleyError {
  return new ParleyError('CONFIG_INVALID', [...new Set(problems)].sort(byPlace).join('\n'));
}

interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
}

function describe({ schema, value }: Checked, issue: z.core.$ZodIssue, where: Where): string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = optionsOf(schemaAt(schema, issue.path) ?? schema).map(([name]) => name);
    return issue.keys.map(key => {
      const path = [...issue.path, key];
      return `${where(path, 'key')} ${path.join('.')}: there is no such option. ${suggestion(key, known)}`;
    });
  }
  // What a section says of one of its options has the whole section as its input.
  const input = issue.path.reduce<unknown>((of, key) => (of as Record<PropertyKey, unknown> | null)?.[key], value);
  const missing = input === undefined || input === null;
  const option = schemaAt(schema, issue.path);
  const env = missing && option !== undefined ? about.get(option)?.env : undefined;
  const name = issue.path.length === 0 ? '' : ` ${issue.path.join('.')}${env === undefined ? '' : ` (${env})`}:`;
  const found = missing ? 'found nothing' : foundText(issue, input);
  return [`${where(issue.path, 'value')}${name} ${expected(issue)}, ${found}.${remedy(schema, issue.path)}`];
}

function suggestion(key: string, known: readonly string[]): string {
  const meant = closest(key, known);
  return meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${meant}?`;
}

/** Zod says "Invalid input: expected number, received string"; our own messages name just what is expected. */
function expected(issue: z.core.$ZodIssue): string {
  const [, said = issue.message] = /^[A-Z][a-z ]+: (expected .*?)(?:, received .*)?$/.exec(issue.message) ?? [];
  return said.startsWith('expected') ? said : `expected ${said}`;
}

function foundText(issue: z.core.$ZodIssue, input: unknown): string {
  if (secret.test(issue.path.join('.'))) return 'found something else';
  const text = JSON.stringify(input) ?? String(input);
  if (withPassword.test(text)) return 'found something else';
  return `found ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function remedy(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const option = schemaAt(schema, path);
  if (option === undefined) return '';
  const { fallback } = unwrap(option);
  if (fallback !== undefined && fallback !== null && typeof fallback !== 'object')
    return ` The default is ${String(fallback)}.`;
  const example = about.get(option)?.example;
  // A reference such as ${NAME} says where a value belongs, not what it looks like.
  const isReference = typeof example === 'string' && /^\$\{\w+\}$/.test(example);
  return example === undefined || isReference ? '' : ` For example: ${JSON.stringify(example)}.`;
}
