import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../config/load.ts';
import { withStore } from '../../src/compose/open-store.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { bridgeName, chatId, externalIdOf } from '../../src/core/ids.ts';
import type { CollectionName, Collections, Store } from '../../src/ports/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import type { ExternalWorld } from '../e2e/driver/external-world.ts';
import { clientPath } from '../e2e/driver/matrix-http.ts';
import type { Person } from '../e2e/driver/person.ts';
import { holders } from './plays/council.ts';
import { surely } from './send.ts';
import type { Fault } from './verify.ts';

type World = Pick<ExternalWorld, 'parley' | 'agents'>;

/** Reads Parley's store from beside, while it runs or not. */
async function reading<T>({ parley }: World, read: (store: Store) => Promise<T>): Promise<T> {
  const config = await loadConfig({ env: { PARLEY_DATA: parley.data }, cwd: parley.folder });
  return withStore({ config, clock: systemClock }, store => {
    if (store === null) throw new Error(`there is no store in ${parley.data}`);
    return read(store);
  });
}

/** Every document of a collection. */
export async function all<Name extends CollectionName>(store: Store, name: Name): Promise<Collections[Name][]> {
  const found: Collections[Name][] = [];
  const page = 500;
  for (;;) {
    const after = found.at(-1);
    const next = await store.collection(name).find({ limit: page, ...(after === undefined ? {} : { after }) });
    found.push(...next);
    if (next.length < page) return found;
  }
}

const leftOver = (room: string, what: string): Fault => ({ kind: 'left over', room, what });

/** What is not at its end, though nobody says or waits for anything. */
export async function leftOvers(store: Store): Promise<Fault[]> {
  const open = { where: { state: { in: ['queued', 'running', 'replied'] } }, limit: 1_000 } as const;
  const turns = await store.collection('turns').find(open);
  const floors = await all(store, 'speaker_queues');
  const minds = await all(store, 'agent_attention_states');
  const works = ({ attentionQueue, currentFocus }: (typeof minds)[number]) => [...attentionQueue, ...currentFocus];
  const waits = ({ currentSpeaker, queue }: Floor) => [...(currentSpeaker === null ? [] : [currentSpeaker]), ...queue];
  return [
    ...turns.map(turn => leftOver(turn.chat, `turn ${turn._id} is ${turn.state}`)),
    ...floors.flatMap(floor => waits(floor).map(one => leftOver(floor._id, `on the floor: ${JSON.stringify(one)}`))),
    ...minds.flatMap(mind => works(mind).map(one => leftOver('', `${mind._id} attends to ${JSON.stringify(one)}`))),
    ...(await all(store, 'agents'))
      .filter(agent => agent.passage)
      .map(({ _id }) => leftOver('', `${_id} is on its way`)),
    ...(await all(store, 'chats'))
      .filter(({ enforcement }) => enforcement?.settled === false)
      .map(chat => leftOver(chat._id, `the levels: ${JSON.stringify(chat.enforcement)}`)),
  ];
}

/** Waits until nothing is left over; gives what there is when the patience is over. */
export const untilAtRest = (world: World, patienceMs: number): Promise<Fault[]> =>
  reading(world, async store => {
    for (const end = Date.now() + patienceMs; ; await sleep(200)) {
      const found = await leftOvers(store);
      if (found.length === 0 || Date.now() >= end) return found;
    }
  });

/**
 * Waits until the room's levels let just the holder of the floor speak, or have been changed since Parley was back, which makes them so;
 * gives how many milliseconds that took, or null. The floor may move on while the levels are read.
 */
export function untilPutRight(
  world: World,
  { id, chair }: { readonly id: string; readonly chair: Person },
  patienceMs: number,
): Promise<number | null> {
  const begun = Date.now();
  const path = clientPath('rooms', id, 'state', 'm.room.power_levels');
  return reading(world, async store => {
    for (; Date.now() - begun < patienceMs; await sleep(50)) {
      const before = await holderOf(store, world, id);
      const levels = await surely(() => chair.request<Record<string, unknown>>('GET', path));
      const isHolders = [before, await holderOf(store, world, id)].includes(holders(levels).join());
      const changedAt = chair.view(id).state.get('m.room.power_levels ')?.origin_server_ts ?? 0;
      if (levels.events_default === 10 && (isHolders || changedAt > begun)) return Date.now() - begun;
    }
    return null;
  });
}

/** The user id of who has the floor, as far as their level has to be raised for it; or nothing. */
async function holderOf(store: Store, { agents }: World, room: string): Promise<string> {
  const floor = await store.collection('speaker_queues').get(chatId(bridgeName('matrix'), room));
  const speaker = floor?.currentSpeaker ?? null;
  if (speaker === null) return '';
  if (speaker.kind === 'person') return externalIdOf(speaker.person);
  return speaker.agent === 'parley' ? '' : `@agent-${speaker.agent}${agents.ada.slice(agents.ada.indexOf(':'))}`;
}
