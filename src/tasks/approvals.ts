import { createHash } from 'node:crypto';
import { plainLine } from '../core/plain-name.ts';
import { timeOf } from '../core/tasks/card-text.ts';
import type { Approval } from '../core/tasks/task.ts';

const longestWhat = 200;
const longestShown = 3_000;

/** JSON in which the order of fields says nothing: the same arguments give the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** A SHA-256 over a tool and its arguments. */
export const hashOf = (tool: string, input: unknown): string =>
  createHash('sha256').update(canonical({ tool, input })).digest('hex');

/** What turns letters around or is not seen at all, as JSON writes it where it has to. */
const visible = (json: string): string =>
  json.replace(/[\p{Cf}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu, letter =>
    letter
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

const inBlock = (kind: string, text: string): string[] => [
  `\`\`\`${kind}`,
  visible(text).replaceAll('```', '`\u200b``'),
  '```',
];

/** What people read before they decide: the arguments whole, as they are, and nothing that could be taken for something else. */
export const approvalText = (
  { tool, what, args, hash, expiresAt }: Omit<Approval, 'state' | 'by' | 'turn'>,
  shown: string | null = null,
): string =>
  [
    `✋ May I do this? **${tool}** ${plainLine(what, longestWhat)}:`,
    '',
    ...inBlock('json', args),
    ...(shown === null
      ? []
      : ['What it comes to, as the workspace says:', '', ...inBlock('text', shown.slice(0, longestShown))]),
    `✅ allows it, once and as it stands here; ❌ does not. Until ${timeOf(expiresAt)}. (${hash.slice(0, 12)})`,
  ].join('\n');
