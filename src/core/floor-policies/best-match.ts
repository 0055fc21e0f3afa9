import type { AgentCard } from '../room.ts';
import type { FloorPolicy } from './policy.ts';

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}+#]+/gu) ?? [];

/** Two words count as one if they share their first five letters: plot and plotting, analyse and analysis. */
const stem = (word: string): string => (word.length > 5 ? word.slice(0, 5) : word);

/** How well an agent's skills fit a text: the words of its skills that stand in it, and half as much for words of its description. */
export function matchScore(text: string, agent: AgentCard): number {
  const asked = new Set(words(text).map(stem));
  const count = (of: string): number =>
    new Set(
      words(of)
        .map(stem)
        .filter(word => word.length > 2 && asked.has(word)),
    ).size;
  return 2 * count(agent.resources.skills.join(' ')) + count(agent.description);
}

/** The first skill of an agent that stands in a text, or null. */
export function matchingSkill(text: string, agent: AgentCard): string | null {
  const asked = new Set(words(text).map(stem));
  const stands = (skill: string): boolean =>
    words(skill)
      .map(stem)
      .some(word => word.length > 2 && asked.has(word));
  return agent.resources.skills.find(stands) ?? null;
}

/** `matches *SQL*`: which of its skills an agent is chosen for. */
export const matches = (skill: string | null): string => (skill === null ? 'best match' : `matches *${skill}*`);

/** The one agent whose skills fit best; where none fits, the first of the configuration. */
export const bestMatch: FloorPolicy = ({ message, candidates }) => {
  let best: { agent: AgentCard; score: number } | null = null;
  for (const agent of candidates) {
    const score = matchScore(message.text, agent);
    if (best === null || score > best.score) best = { agent, score };
  }
  if (best === null) return [];
  const reason = best.score > 0 ? matches(matchingSkill(message.text, best.agent)) : 'first in line';
  return [{ agent: best.agent._id, reason }];
};
