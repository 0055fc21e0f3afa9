import { z } from 'zod';
import type { AgentId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/ports/store.ts';

/** The emoji that an agent has seen, for whoever wants to compare them with those that a person sees. */
export interface ShownEmoji {
  /** The user id of the person. */
  readonly with: string;
  readonly emoji: readonly { readonly symbol: string; readonly name: string }[];
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
