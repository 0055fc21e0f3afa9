import { externalIdOf } from '../../../src/core/ids.ts';
import { type MatrixEvent, RoomView } from '../../e2e/driver/room-view.ts';
import type { ChaosFault } from './faults.ts';
import type { Stored } from './read-stored.ts';

/** What the log of a room has to have in common with its timeline. */
export interface RoomLog {
  readonly id: string;
  readonly events: readonly MatrixEvent[];
  readonly lines: Stored['messages'];
  readonly agents: readonly string[];
}

/** What is wrong between a room at the homeserver and its log, and with answers that were changed after their end. */
export function verifyTimeline(room: RoomLog): ChaosFault[] {
  return [...unlogged(room), ...misplaced(room), ...lateEdits(room)];
}

const isSaid = ({ type, content }: MatrixEvent): boolean =>
  type === 'm.room.message' && (content['m.relates_to'] as { rel_type?: string } | undefined)?.rel_type !== 'm.replace';

function unlogged({ id, events, lines }: RoomLog): ChaosFault[] {
  const known = new Set(lines.map(line => externalIdOf(line._id)));
  return events
    .filter(event => isSaid(event) && !known.has(event.event_id))
    .map(({ event_id, sender }) => ({ kind: 'not in the log', room: id, what: `${event_id} of ${sender}` }));
}

/** What people said stands in the log in the order of the room. */
function misplaced({ id, events, lines, agents }: RoomLog): ChaosFault[] {
  const orders = new Map(lines.map(line => [externalIdOf(line._id), line.order]));
  const said = events.filter(event => isSaid(event) && !agents.includes(event.sender));
  return said.flatMap(({ event_id }, index) => {
    const before = orders.get(said[index - 1]?.event_id ?? '') ?? 0;
    const here = orders.get(event_id) ?? Number.POSITIVE_INFINITY;
    return here > before
      ? []
      : [{ kind: 'log order' as const, room: id, what: `${event_id} is line ${here} after ${before}` }];
  });
}

/** What stood there complete is complete in the end: an edit of a process that was given up may come after it, and is put right. */
function lateEdits({ id, events, agents }: RoomLog): ChaosFault[] {
  const view = new RoomView();
  for (const event of events) view.add(event);
  return view
    .messages()
    .filter(({ sender }) => agents.includes(sender))
    .flatMap(({ id: message, versions }) => {
      const states = versions.map(({ content }) => (content['net.parley'] as { state?: string } | undefined)?.state);
      const ended = states.indexOf('complete');
      const late = ended >= 0 && states.at(-1) === 'streaming';
      return late ? [{ kind: 'late edit' as const, room: id, what: `${message} grew after its end` }] : [];
    });
}
