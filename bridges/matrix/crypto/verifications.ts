import { z } from 'zod';
import type { AgentId } from '../../../src/core/ids.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { MatrixNames } from '../names.ts';
import { isRecord, type RawEvent } from '../raw-event.ts';

/** Which agent is meant by an event of a verification, and in which flow. */
export interface Meant {
  readonly agent: AgentId;
  /** The id of the event that began it. */
  readonly flow: string;
}

/** Knows the verifications that are under way. */
export interface Verifications {
  /** Null where the event is no part of one with an agent. */
  meant(event: RawEvent): Meant | null;
}

const requestType = 'm.key.verification.request';
const stepType = /^m\.key\.verification\.(?:start|ready|accept|key|mac|done|cancel)$/;
/** One takes ten minutes at most. */
const mostUnderWay = 1_000;

export function makeVerifications(names: MatrixNames): Verifications {
  const flows = recent<string, AgentId>(mostUnderWay);
  return {
    meant({ type, content, event_id }) {
      if (type === 'm.room.message' && content.msgtype === requestType) {
        const agent = typeof content.to === 'string' ? names.agent(content.to) : null;
        if (agent !== null) flows.set(event_id, agent);
        return agent === null ? null : { agent, flow: event_id };
      }
      const relation = content['m.relates_to'];
      if (!stepType.test(type) || !isRecord(relation) || typeof relation.event_id !== 'string') return null;
      const agent = flows.get(relation.event_id);
      return agent === undefined ? null : { agent, flow: relation.event_id };
    },
  };
}

const shown = z.object({
  with: z.string(),
  emoji: z.array(z.object({ symbol: z.string(), name: z.string() })).readonly(),
  at: z.number(),
});

/** The emoji of a verification, with whom it was, and when it was seen: milliseconds since 1970. */
export type SeenEmoji = z.infer<typeof shown>;

const nameOf = (agent: AgentId): string => `verification:${agent}`;

/** Keeps the emoji that an agent saw last, for `parley agents verify`. */
export async function keepShown(store: Store, agent: AgentId, seen: SeenEmoji): Promise<void> {
  const settings = store.collection('settings');
  const value = JSON.stringify(seen);
  const kept = await settings.get(nameOf(agent));
  if (kept === null) await settings.insert([{ _id: nameOf(agent), value }]);
  else await settings.replace({ ...kept, value });
}

/** The emoji that an agent saw last; null where it was never verified. */
export async function lastShown(store: Store, agent: AgentId): Promise<SeenEmoji | null> {
  const kept = await store.collection('settings').get(nameOf(agent));
  return kept === null ? null : shown.parse(JSON.parse(kept.value));
}
