import type { ModelRequest } from '../../fakes/scripted-model/server.ts';
import type { ChaosFault } from './faults.ts';

type Call = Pick<ModelRequest, 'agent' | 'text' | 'at' | 'endedAt'>;

/**
 * Agents that were at more dialogues at once than they may. The same text asked twice counts once: a process that was frozen keeps its
 * connection while another one asks again.
 */
export function verifyCalls(calls: readonly Call[], atOnce: number): ChaosFault[] {
  return [...Map.groupBy(calls, ({ agent }) => agent)].flatMap(([agent, own]) => {
    const most = mostAtOnce(own);
    return most <= atOnce ? [] : [{ kind: 'too many at once' as const, room: '', what: `${agent} was at ${most}` }];
  });
}

export function mostAtOnce(calls: readonly Call[]): number {
  const changes = calls
    .flatMap(({ text, at, endedAt }) => [
      { at, text, by: 1 },
      // One that took no time ends after it began.
      { at: Math.max(endedAt ?? Number.POSITIVE_INFINITY, at + 0.5), text, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const open = new Map<string, number>();
  let most = 0;
  for (const { text, by } of changes) {
    const count = (open.get(text) ?? 0) + by;
    if (count > 0) open.set(text, count);
    else open.delete(text);
    most = Math.max(most, open.size);
  }
  return most;
}
