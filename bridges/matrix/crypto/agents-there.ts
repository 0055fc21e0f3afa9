import { type AgentId, agentOf, chatId } from '../../../src/core/ids.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type MatrixNames, matrix } from '../names.ts';
import { isRecord } from '../raw-event.ts';

/** Which of our agents are in a room, and so may have its keys. */
export interface AgentsThere {
  hear(raw: unknown): void;
  /** The likeliest to have the key first; at most a few. */
  in(room: string): Promise<readonly AgentId[]>;
  /** This one had the key. */
  prefer(room: string, agent: AgentId): void;
}

const mostRooms = 10_000;
/** Who sends a key sends it to all of them; so many have to have lost it before nobody is asked. */
const mostAsked = 5;

export function agentsThere({ store, names }: { readonly store: Store; readonly names: MatrixNames }): AgentsThere {
  /** Who came or went, as far as it was heard: the store hears of it later. */
  const heard = recent<string, ReadonlyMap<AgentId, boolean>>(mostRooms);
  const preferred = recent<string, AgentId>(mostRooms);

  async function stored(room: string): Promise<AgentId[]> {
    const chat = await store.collection('chats').get(chatId(matrix, room));
    return chat?.participants.map(agentOf).filter(agent => agent !== null) ?? [];
  }

  return {
    hear(raw) {
      if (!isRecord(raw) || raw.type !== 'm.room.member' || typeof raw.room_id !== 'string') return;
      const agent = typeof raw.state_key === 'string' ? names.agent(raw.state_key) : null;
      if (agent === null || !isRecord(raw.content)) return;
      heard.set(raw.room_id, new Map(heard.get(raw.room_id)).set(agent, raw.content.membership === 'join'));
    },
    async in(room) {
      const changes = heard.get(room);
      const came = [...(changes ?? [])].flatMap(([agent, isThere]) => (isThere ? [agent] : []));
      const there = new Set([...(await stored(room)).filter(agent => changes?.get(agent) !== false), ...came]);
      const first = preferred.get(room);
      const ordered = first !== undefined && there.delete(first) ? [first, ...there] : [...there];
      return ordered.slice(0, mostAsked);
    },
    prefer: (room, agent) => preferred.set(room, agent),
  };
}
