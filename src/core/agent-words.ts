import { z } from 'zod';

/** What people call an agent. */
export const agentName = z
  .string()
  .regex(
    /^[\p{L}\p{N}](?:[\p{L}\p{N} .'’-]{0,38}[\p{L}\p{N}])?$/u,
    'a name of letters, digits, spaces and dashes, such as Ada',
  );

export const agentDescription = z.string().trim().min(1).max(300);
export const agentInstructions = z.string().trim().max(50_000);
const agentSkill = z.string().trim().min(1).max(200);
export const agentSkills = z.array(agentSkill).max(200);

/** What is said of a new agent in one line: `"Plans travel" skills: trains, hotels`. */
export interface AgentLine {
  readonly description: string;
  readonly instructions: string;
  readonly skills: readonly string[];
  readonly model: readonly string[];
}

const label = /(?:^|\s)(skills|instructions|model)\s*:\s*/giu;
const quoted = /^(?:"([^"]*)"|“([^”]*)”|„([^“]*)“)$/u;

/** Takes such a line apart; what stands before the first label is the description. */
export function readAgentLine(line: string): AgentLine {
  const found = [...line.matchAll(label)];
  const said: Record<string, string> = {};
  for (const [index, one] of found.entries()) {
    const name = (one[1] ?? '').toLowerCase();
    said[name] = line.slice(one.index + one[0].length, found[index + 1]?.index).trim();
  }
  return {
    description: unquoted(line.slice(0, found[0]?.index).trim()),
    instructions: unquoted(said.instructions ?? ''),
    skills: listed(said.skills ?? ''),
    model: listed(said.model ?? ''),
  };
}

export const unquoted = (text: string): string => {
  const [, ...parts] = quoted.exec(text) ?? [];
  return parts.find(part => part !== undefined) ?? text;
};

/** `trains, hotels` as a list. */
export const listed = (text: string): string[] =>
  unquoted(text)
    .split(/[,;\n]/u)
    .map(part => part.trim())
    .filter(part => part !== '');

/** An id made of a name: lower case letters, digits, single dashes. `taken` tells which can't be had. */
export function idFor(name: string, taken: (id: string) => boolean): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^[^a-z]+|-+$/gu, '')
    .slice(0, 34)
    .replace(/-+$/u, '');
  const base = plain === '' ? 'agent' : plain;
  if (!taken(base)) return base;
  for (let number = 2; ; number += 1) if (!taken(`${base}-${number}`)) return `${base}-${number}`;
}
