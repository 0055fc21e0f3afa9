import { createHash } from 'node:crypto';
import { asItIs } from '../core/as-it-is.ts';
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

/** What people read before they decide: the arguments whole, as they are, and nothing that could be taken for something else. */
export const approvalText = (
  { tool, what, args, hash, expiresAt }: Omit<Approval, 'state' | 'by' | 'turn'>,
  shown: string | null = null,
): string =>
  [
    `✋ May I do this? **${tool}** ${plainLine(what, longestWhat)}:`,
    '',
    ...asItIs('json', args),
    ...(shown === null ? [] : ['What it comes to, as the workspace says:', '', ...asItIs('text', cut(shown))]),
    `✅ allows it, once and as it stands here; ❌ does not. Until ${timeOf(expiresAt)}. (${hash.slice(0, 12)})`,
  ].join('\n');

/** That something is left out is said, as people would else take it for all there is. */
const cut = (shown: string): string =>
  shown.length <= longestShown
    ? shown
    : `${shown.slice(0, longestShown)}\n[… ${shown.length - longestShown} characters more are left out here …]`;
