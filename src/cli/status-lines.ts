import type { Status } from '../telemetry/monitor/status.ts';
import { printable } from './printable.ts';

type Paint = (style: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string) => string;

const mostErrors = 10;

/** What `npx parley status` prints. Pure. */
export function statusLines(status: Status, paint: Paint): string[] {
  const { version, pid, now, startedAt, agents, rooms, parts, models } = status;
  const facts: [string, string][] = [
    ['Agents', countsOf(agents)],
    ['Rooms', `${rooms.known}${rooms.more ? ' or more' : ''}`],
    ['Turns', turnsOf(status)],
    ['Queues', queuesOf(status)],
    ['Today', todayOf(status)],
  ];
  const of = paint('dim', ` (process ${pid}, for ${duration(now - startedAt)})`);
  return [
    `${paint('bold', `Parley ${version} ${stateOf(status)}`)}${of}`,
    '',
    ...parts.map(part => partLine(part.name, part, paint)),
    ...models.map(model => partLine('model', model, paint)),
    '',
    ...facts.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    ...errorLines(status, paint),
  ];
}

function stateOf({ ready, phase }: Status): string {
  if (phase === 'starting') return 'is starting';
  if (phase === 'stopping') return 'is stopping';
  return ready ? 'is ready' : 'is not ready';
}

function partLine(name: string, { ok, detail }: Status['parts'][number], paint: Paint): string {
  return `  ${ok ? paint('green', '✓') : paint('red', '✗')} ${name.padEnd(12)}${printable(detail)}`;
}

function countsOf(agents: Status['agents']): string {
  const all = Object.values(agents).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(agents).map(([status, count]) => `${count} ${status}`);
  return each.length === 0 ? '0' : `${all} (${each.join(', ')})`;
}

function turnsOf({ queues }: Status): string {
  const turns = queues.find(({ topic }) => topic === 'turns');
  return `${turns?.running ?? 0} running, ${turns?.waiting ?? 0} waiting`;
}

function queuesOf({ queues }: Status): string {
  const busy = queues.filter(({ waiting }) => waiting > 0);
  if (busy.length === 0) return 'nothing waits';
  return busy
    .map(({ topic, waiting, oldestMs }) => `${topic} ${waiting}, the oldest for ${duration(oldestMs)}`)
    .join('; ');
}

function todayOf({ today, startedAt }: Status): string {
  const { inputTokens, outputTokens, cost, currency, since } = today;
  const price = cost > 0 ? `, ${cost.toFixed(2)} ${currency}` : '';
  const begin = since <= startedAt ? ' since the start' : '';
  return `${grouped(inputTokens)} tokens read, ${grouped(outputTokens)} written${price}${begin}`;
}

function errorLines({ errors, now }: Status, paint: Paint): string[] {
  if (errors.length === 0) return ['  Errors      none since the start'];
  const width = Math.max(...errors.map(({ code }) => code.length)) + 2;
  const lines = errors.slice(0, mostErrors).map(({ code, level, count, lastAt, message }) => {
    const name = paint(level === 'error' ? 'red' : 'yellow', code.padEnd(width));
    return `    ${name}${count} ×, ${duration(now - lastAt)} ago: ${message}`;
  });
  return ['  Errors      since the start, the latest first (docs/errors.md)', ...lines];
}

const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
];

/** Two units at most: `3 h 12 min`. */
function duration(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const words: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return [...words, ...(words.length < 2 ? [`${seconds} s`] : [])].slice(0, 2).join(' ');
}
