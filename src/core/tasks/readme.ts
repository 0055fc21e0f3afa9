import type { AgentId } from '../ids.ts';
import type { Task } from './task.ts';

/** What was done for a task, for people and for agents that come later; the README of its workspace has it. Pure. */
export function readmeOf(task: Task, nameOf: (agent: AgentId) => string): string {
  const { number, title, description, status, builders, verdicts, failure } = task;
  return [
    `# Task #${number}: ${line(title)}`,
    '',
    ...quoted(description),
    '',
    `Ended: ${status}. Worked on by ${builders.map(nameOf).join(', ') || 'nobody'}.`,
    ...(failure === null ? [] : ['', `Why: ${line(failure)}`]),
    ...section('What came of it', resultLines(task)),
    ...section(
      'Plan',
      (task.plan?.steps ?? []).map(({ text, done }) => `- [${done ? 'x' : ' '}] ${line(text)}`),
    ),
    ...section(
      'Checks',
      task.checks.map(({ check, passed, how }) => `- ${passed ? 'passed' : 'failed'}: ${line(check)} (${line(how)})`),
    ),
    ...section(
      'Reviews',
      verdicts.map(
        ({ by, accepted, reasons }) => `- ${nameOf(by)} ${accepted ? 'accepted it' : 'sent it back'}: ${line(reasons)}`,
      ),
    ),
    '',
  ].join('\n');
}

const resultLines = ({ work }: Task): string[] =>
  work === null
    ? []
    : [
        work.summary,
        ...(work.files.length === 0
          ? []
          : ['', ...work.files.map(({ path, size }) => `- \`${path}\` (${size} bytes)`)]),
      ];

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];

const line = (text: string): string => text.replace(/\s+/gu, ' ').trim();
const quoted = (text: string): string[] => text.split('\n').map(one => `> ${one}`);

const begins = '<!-- What was done, by Parley. -->';
const ends = '<!-- Below: the notes of who worked on it. -->';

/** A README with what was done on top; the notes that agents have made stay below it, and what was there of an earlier end is replaced. Pure. */
export function withWhatWasDone(before: string, done: string): string {
  const at = before.startsWith(begins) ? before.indexOf(ends) : -1;
  const rest = at === -1 ? before : before.slice(at + ends.length);
  return `${[begins, done.trim(), ends, rest.trim()].join('\n\n').trimEnd()}\n`;
}
