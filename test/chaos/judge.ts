import { bridgeName, chatId } from '../../src/core/ids.ts';
import type { Book } from '../crash/book.ts';
import { eventsOf, judgeRoom } from '../crash/judge.ts';
import type { ChaosFault } from './check/faults.ts';
import type { Stored } from './check/read-stored.ts';
import { verifyCalls } from './check/verify-calls.ts';
import { verifyTimeline } from './check/verify-timeline.ts';
import type { Installation } from './installation.ts';

export interface Judged {
  readonly faults: readonly ChaosFault[];
  readonly answers: number;
}

/** An agent works in so many dialogues at once, as the configuration has it unless told otherwise. */
const atOnce = 8;

/** Reads every room from the homeserver anew, and judges it by itself and beside its log. */
export async function judgeTown(installation: Installation, book: Book, stored: Stored): Promise<Judged> {
  const { agents, model } = installation;
  const logs = Map.groupBy(stored.messages, line => line.chat);
  const faults: ChaosFault[] = [...book.faults, ...verifyCalls(model.requests, atOnce)];
  let answers = 0;
  for (const room of book.rooms) {
    const events = await eventsOf(room);
    const judged = judgeRoom({ agents }, room, events);
    const lines = logs.get(chatId(bridgeName('matrix'), room.id)) ?? [];
    faults.push(...judged.faults, ...verifyTimeline({ id: room.id, events, lines, agents: Object.values(agents) }));
    answers += judged.answers;
  }
  return { faults, answers };
}
