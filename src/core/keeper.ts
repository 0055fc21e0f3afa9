import { calledAgents, namedAgents } from './addressing.ts';
import type { Said } from './message.ts';
import type { AgentCard, Room } from './room.ts';

/** The orchestrator where a message is for it: by its name, or in its direct chat. Null where it is not. */
export function keeperAsked(said: Pick<Said, 'text' | 'mentions'>, { agents, chatType }: Room): AgentCard | null {
  const keeper = agents.find(({ role }) => role === 'orchestrator');
  if (keeper === undefined) return null;
  if (chatType === 'private' || calledAgents(said, [keeper]).length > 0) return keeper;
  // People also talk about it: a bare name counts only where a message begins by it, as in "Hello Parley, …".
  const opening = /^[^,:!?.\n]{0,60}[,:!?.]/u.exec(said.text)?.[0] ?? said.text.slice(0, 60);
  const words = opening.trim().split(/\s+/u);
  return words.length <= 2 && namedAgents(opening, [keeper]).length > 0 ? keeper : null;
}
