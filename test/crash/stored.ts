import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttentionState } from '../../src/core/attention-state.ts';
import type { Chat } from '../../src/core/chat.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { externalIdOf } from '../../src/core/ids.ts';
import type { ExternalWorld } from '../e2e/driver/external-world.ts';
import { clientPath } from '../e2e/driver/matrix-http.ts';
import type { Person } from '../e2e/driver/person.ts';
import { holders } from './plays/council.ts';
import { surely } from './send.ts';
import type { Fault } from './verify.ts';

type World = Pick<ExternalWorld, 'parley' | 'agents'>;

/** Reads Parley's store from beside, while it runs or not. */
function reading<T>(
  { parley }: Pick<World, 'parley'>,
  read: (all: (sql: string, ...values: string[]) => unknown[]) => T,
): T {
  const database = new DatabaseSync(join(parley.data, 'parley.db'), { readOnly: true, timeout: 5_000 });
  try {
    return read((sql, ...values) =>
      database
        .prepare(sql)
        .all(...values)
        .map(row => JSON.parse(String(row.doc))),
    );
  } finally {
    database.close();
  }
}

const leftOver = (room: string, what: string): Fault => ({ kind: 'left over', room, what });

/** What is not at its end, though nobody says or waits for anything. */
function leftOvers(world: World): Fault[] {
  return reading(world, all => {
    const turns = all(`SELECT doc FROM turns WHERE key_state <> 'done'`) as {
      _id: string;
      chat: string;
      state: string;
    }[];
    const floors = all('SELECT doc FROM speaker_queues') as Floor[];
    const agents = all('SELECT doc FROM agents') as { _id: string; passage?: object | null }[];
    const minds = all('SELECT doc FROM agent_attention_states') as AttentionState[];
    const chats = all('SELECT doc FROM chats') as Chat[];
    return [
      ...turns.map(turn => leftOver(turn.chat, `turn ${turn._id} is ${turn.state}`)),
      ...floors
        .filter(floor => floor.currentSpeaker !== null || floor.queue.length > 0)
        .map(floor => leftOver(floor._id, `the floor: ${JSON.stringify([floor.currentSpeaker, ...floor.queue])}`)),
      ...agents.filter(agent => agent.passage).map(agent => leftOver('', `${agent._id} is on its way`)),
      ...minds
        .filter(mind => mind.attentionQueue.length > 0 || mind.currentFocus.length > 0)
        .map(mind =>
          leftOver('', `${mind._id} attends to ${JSON.stringify([mind.attentionQueue, mind.currentFocus])}`),
        ),
      ...chats
        .filter(chat => chat.enforcement?.settled === false)
        .map(chat => leftOver(chat._id, `the levels: ${JSON.stringify(chat.enforcement)}`)),
    ];
  });
}

/** Waits until nothing is left over; gives what there is when the patience is over. */
export async function untilAtRest(world: World, patienceMs: number): Promise<Fault[]> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = leftOvers(world);
    if (found.length === 0 || Date.now() >= end) return found;
    await sleep(200);
  }
}

/** Waits until the room's levels let just the holder of the floor speak; gives how many milliseconds that took, or null. */
export async function untilPutRight(
  world: World,
  { id, chair }: { readonly id: string; readonly chair: Person },
  patienceMs: number,
): Promise<number | null> {
  const begun = Date.now();
  while (Date.now() - begun < patienceMs) {
    const before = holderOf(world, id);
    const path = clientPath('rooms', id, 'state', 'm.room.power_levels');
    const levels = await surely(() => chair.request<Record<string, unknown>>('GET', path));
    const isRight = levels.events_default === 10 && holders(levels).join() === before && holderOf(world, id) === before;
    if (isRight) return Date.now() - begun;
    await sleep(50);
  }
  return null;
}

/** The user id of who has the floor, as far as their level has to be raised for it; or nothing. */
function holderOf(world: World, room: string): string {
  const [floor] = reading(world, all =>
    all('SELECT doc FROM speaker_queues WHERE _id = ?', `matrix:${room}`),
  ) as Floor[];
  const speaker = floor?.currentSpeaker ?? null;
  if (speaker === null) return '';
  if (speaker.kind === 'person') return externalIdOf(speaker.person);
  return speaker.agent === 'parley' ? '' : `@agent-${speaker.agent}:${serverOf(world)}`;
}

const serverOf = ({ agents }: World): string => agents.ada.slice(agents.ada.indexOf(':') + 1);
