import { createHash } from 'node:crypto';
import { plainLine } from '../core/plain-name.ts';
import { timeOf } from '../core/tasks/card-text.ts';
import type { Approval } from '../core/tasks/task.ts';

const longestWhat = 200;

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

/** What people read before they decide: the arguments whole, as they are, and nothing that could be taken for something else. */
export const approvalText = ({ tool, what, args, hash, expiresAt }: Omit<Approval, 'state' | 'by' | 'turn'>): string =>
  [
    `✋ May I do this? **${tool}** ${plainLine(what, longestWhat)}:`,
    '',
    '```json',
    visible(args).replaceAll('```', '`\u200b``'),
    '```',
    `✅ allows it, once and as it stands here; ❌ does not. Until ${timeOf(expiresAt)}. (${hash.slice(0, 12)})`,
  ].join('\n');
