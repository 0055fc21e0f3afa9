import { type MatrixEvent, RoomView } from '../e2e/driver/room-view.ts';
import type { Killed } from './kills.ts';
import { councilSlotMs } from './open-rooms.ts';
import type { LoadedRoom } from './progress.ts';
import type { Stage } from './stage.ts';
import { readTimeline } from './timeline.ts';
import { type Fault, verifyRoom } from './verify.ts';
import { verifyCouncil } from './verify-council.ts';

/** Reads every room from the homeserver anew, and judges it. */
export async function judgeStage(
  stage: Stage,
  away: readonly Killed[],
): Promise<{ readonly faults: Fault[]; readonly answers: number }> {
  const faults = [...stage.book.faults];
  let answers = 0;
  for (const room of stage.book.rooms) {
    const events = await eventsOf(room);
    const judged = judgeRoom(stage, room, events);
    faults.push(...judged.faults, ...(room.id === stage.council.id ? judgeCouncil(stage, events, away) : []));
    answers += judged.answers;
  }
  return { faults, answers };
}

/** A room's whole timeline, as one of its people reads it. */
export async function eventsOf({ id, people }: LoadedRoom): Promise<MatrixEvent[]> {
  const [reader] = people;
  return reader === undefined ? [] : readTimeline(reader, id);
}

/** What is wrong in the timeline of a room; `agents` are user ids by name, @parley's too. */
export function judgeRoom(
  { agents }: Pick<Stage, 'agents'>,
  { id, partner }: LoadedRoom,
  events: readonly MatrixEvent[],
): ReturnType<typeof verifyRoom> {
  const view = new RoomView();
  for (const event of events) view.add(event);
  const made = view.messages().flatMap(({ body }) => /^!agent create (\w+)/.exec(body)?.[1] ?? []);
  const server = agents.parley?.slice(agents.parley.indexOf(':')) ?? '';
  const newcomers = Object.fromEntries(made.map(name => [name, `@agent-${name.toLowerCase()}${server}`]));
  return verifyRoom({ id, view, partner, agents: { ...agents, ...newcomers } });
}

const judgeCouncil = ({ council, agents }: Stage, events: readonly MatrixEvent[], away: readonly Killed[]): Fault[] =>
  verifyCouncil({
    id: council.id,
    events,
    away,
    parley: agents.parley ?? '',
    slotMs: councilSlotMs,
    hands: council.hands,
  });
