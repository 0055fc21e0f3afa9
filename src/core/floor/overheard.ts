import { agentOf, type MemberId } from '../ids.ts';
import type { SaidMessage } from '../message.ts';
import type { Floor, Overheard } from './floor.ts';
import { isAlike, sketchOf } from './sketch.ts';

/** So many are kept. */
const latest = 8;

/** A message as it is overheard. */
export function asOverheard(message: SaidMessage, { overheard }: Pick<Floor, 'overheard'>): Overheard {
  const byMachine = agentOf(message.from) !== null;
  const answered = overheard.find(other => other.message === message.replyTo);
  return {
    message: message._id,
    from: message.from,
    at: message.createdAt,
    sentAt: message.timestamp,
    hop: message.hop,
    byMachine,
    person: byMachine ? (answered?.person ?? null) : message.from,
    sketch: sketchOf(message.text),
  };
}

type Memory = Pick<Floor, 'overheard' | 'lastByAgent'>;

/** Remembers what was said, each message once. */
export function overhear<F extends Memory>(floor: F, said: Overheard): F {
  if (floor.overheard.some(({ message }) => message === said.message)) return floor;
  const lastByAgent = agentOf(said.from) === null ? floor.lastByAgent : said;
  return { ...floor, overheard: [...floor.overheard, said].slice(-latest), lastByAgent };
}

/** How far from a person a message stands that answers what was said last by somebody else. */
export const hopAfter = ({ overheard }: Pick<Floor, 'overheard'>, from: MemberId): number =>
  (overheard.findLast(other => other.from !== from)?.hop ?? 0) + 1;

/** Who of the agents and bots said nearly the same a moment ago; null where nobody did. */
export function repeated(
  { overheard }: Pick<Floor, 'overheard'>,
  { from, text }: { readonly from: MemberId; readonly text: string },
): MemberId | null {
  const sketch = sketchOf(text);
  return overheard.findLast(one => one.byMachine && one.from !== from && isAlike(one.sketch, sketch))?.from ?? null;
}
