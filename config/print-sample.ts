import { stringify } from 'yaml';
import type { z } from 'zod';
import { about } from './about.ts';
import { configSchema } from './schema.ts';
import { optionsOf, unwrap } from './schema-walk.ts';

const head = `Every option of Parley with its default. Change what you like; what is left out has the default.
Strings may name environment variables: \${NAME}, or \${NAME:-default}. Print this file anew: npx parley config sample`;

const flow = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;

/** The text of `config/parley.yaml`. */
export function printSample(): string {
  return `${comment(head.replaceAll('\n', ' '), '')}\n\n${options(configSchema, '').join('\n\n')}\n`;
}

function options(schema: z.ZodType, indent: string): string[] {
  return optionsOf(schema).map(([key, option]) => {
    const { description = '', env, example } = about.get(option) ?? {};
    const note = comment(env === undefined ? description : `${description} (${env})`, indent);
    const inner = options(option, `${indent}  `);
    if (inner.length > 0) return `${note}\n${indent}${key}:\n${inner.join('\n')}`;
    const { fallback } = unwrap(option);
    const lines = [note];
    if (example !== undefined) lines.push(entry(key, example, `${indent}# `));
    if (fallback !== undefined && fallback !== null) lines.push(entry(key, fallback, indent));
    return lines.join('\n');
  });
}

function entry(key: string, value: unknown, prefix: string): string {
  return yamlOf(key, value)
    .trimEnd()
    .split('\n')
    .map(line => prefix + line)
    .join('\n');
}

function yamlOf(key: string, value: unknown): string {
  const isObject = (item: unknown): item is object => typeof item === 'object' && item !== null;
  if (!isObject(value)) return `${key}: ${stringify(value, flow)}`;
  if (!Array.isArray(value)) return stringify({ [key]: value });
  if (!value.some(isObject)) return `${key}: ${stringify(value, flow)}`;
  return `${key}:\n${value.map(item => `  - ${stringify(item, flow)}`).join('')}`;
}

/** A comment of at most 120 columns. */
function comment(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (indent.length + 2 + line.length + 1 + word.length > 120) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(line => `${indent}# ${line}`).join('\n');
}
