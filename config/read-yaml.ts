import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { ParleyError } from '../src/core/errors.ts';
import { fillReferences } from './references.ts';
import { fromText, schemaAt } from './schema-walk.ts';

/** A YAML file as it was read, and where in it each value stands. */
export interface YamlSource {
  readonly value: unknown;
  /** `config/parley.yaml:12:3` for the value at `path`, or for the key, or else for what surrounds it. */
  where(path: readonly PropertyKey[], part?: 'key' | 'value'): string;
  /** What is wrong with values that name variables which are not set, by path. */
  readonly unset: ReadonlyMap<string, string>;
}

export interface YamlReading {
  /** The file as messages name it. */
  readonly label: string;
  readonly env: NodeJS.ProcessEnv;
  readonly schema: z.ZodType;
}

/** Undefined where there is no such file. */
export async function readText(file: string, label: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw new ParleyError(
      'CONFIG_INVALID',
      `${label} can't be read (${String(code)}). Make it a file that you may read.`,
      {
        cause,
      },
    );
  }
}

/** Reads YAML and puts the environment's values in place of `${…}`. Does not look at the schema otherwise. */
export function readYaml(text: string, reading: YamlReading): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${reading.label}:${line}:${col}`;
  };
  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) {
    // A brace begins a mapping there, unless the text is in quotes.
    const hint = text.split('\n')[lines.linePos(broken.pos[0]).line - 1]?.includes('${')
      ? ' Put quotes around a reference to the environment.'
      : '';
    throw new ParleyError('CONFIG_INVALID', `${at(broken.pos[0])} is not valid YAML: ${broken.message}.${hint}`);
  }
  const unset = fillIn(document, reading, at);
  return {
    unset,
    value: document.toJS({ maxAliasCount: 100 }) ?? {},
    where: (path, part = 'value') => at(offsetOf(document, path, part)),
  };
}

/** Gives what could not be filled in, by path. */
function fillIn(document: Document, { env, schema }: YamlReading, at: (offset: number) => string): Map<string, string> {
  const unset = new Map<string, string>();
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const filled = fillReferences(node.value, env);
      const path = pathOf(node, ancestors);
      if (filled.missing !== undefined) {
        unset.set(
          path.join('.'),
          `${at(node.range?.[0] ?? 0)} names the environment variable ${filled.missing}, which is not set. Set it, or give a ` +
            `default: \${${filled.missing}:-…}.`,
        );
        return;
      }
      node.value = fromText(filled.text, schemaAt(schema, path));
    },
  });
  return unset;
}

function pathOf(node: unknown, ancestors: readonly unknown[]): PropertyKey[] {
  const path: PropertyKey[] = [];
  const chain = [...ancestors, node];
  for (const [index, ancestor] of chain.entries()) {
    if (typeof ancestor !== 'object' || ancestor === null) continue;
    if ('key' in ancestor && isScalar(ancestor.key)) path.push(String(ancestor.key.value));
    else if ('items' in ancestor && !isMap(ancestor))
      path.push((ancestor.items as unknown[]).indexOf(chain[index + 1]));
  }
  return path;
}

function offsetOf(document: Document, path: readonly PropertyKey[], part: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length -= 1) {
    const head = path.slice(0, length);
    if (part === 'key' || length < path.length) {
      const parent = document.getIn(head.slice(0, -1), true) ?? document.contents;
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === head.at(-1))
        : undefined;
      if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(head, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return document.contents?.range?.[0] ?? 0;
}
