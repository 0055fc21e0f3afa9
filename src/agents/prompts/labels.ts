import type { MemberId } from '../../core/ids.ts';
import type { ReplyRequest } from '../../ports/agent-runtime.ts';
import { cleanName } from './clean.ts';

/** By what each speaker of a conversation is called in front of their lines. */
export type Labels = ReadonlyMap<MemberId, string>;

interface Named {
  readonly id: MemberId;
  readonly name: string;
  readonly isAgent: boolean;
}

/** What a person may be called by: letters that models and people tell apart, and nothing that an id or a line of ours consists of. */
const plain = /^[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N} .'’_-]{0,39}$/u;
/** Words by which a model could take a person for somebody else than a person. */
const reserved = [
  'system',
  'user',
  'assistant',
  'human',
  'developer',
  'tool',
  'think',
  'thinking',
  'parley',
  'orchestrator',
];

/**
 * Names where they are plain and nobody else has a similar one, ids everywhere else: no two speakers share a label, and nobody gets that of
 * an agent by a name of their choice. The same members and speakers give the same labels.
 */
export function labelsOf(request: ReplyRequest): Labels {
  const known = speakersOf(request);
  const taken = Map.groupBy(known, ({ name }) => folded(name));
  return new Map(known.map(one => [one.id, isClear(one, taken.get(folded(one.name)) ?? []) ? one.name : byId(one.id)]));
}

/** The label of somebody whom the map does not have is made of the id, too. */
export const labelOf = (labels: Labels, id: MemberId): string => labels.get(id) ?? byId(id);

/** As they are called now; who is not in the room any more, as they were called last. */
function speakersOf({ agent, chat, conversation, answering }: ReplyRequest): Named[] {
  const heard = [...conversation, ...(answering === null ? [] : [answering])];
  const names = new Map<MemberId, string>(heard.map(({ from, name }) => [from, name]));
  for (const member of chat.members) names.set(member.id, member.agent?.name ?? member.name);
  names.set(`agent:${agent._id}` as MemberId, agent.name);
  return [...names].map(([id, name]) => ({
    id,
    name: cleanName(name).replace(/[<>"]/g, ''),
    isAgent: id.startsWith('agent:'),
  }));
}

/** Whether the name tells who it is. Of an agent and people who call themselves alike, the agent keeps the name. */
function isClear({ name, isAgent }: Named, alike: readonly Named[]): boolean {
  const rivals = isAgent ? alike.filter(one => one.isAgent) : alike;
  if (rivals.length > 1 || name === '') return false;
  return isAgent || (plain.test(name) && !reserved.includes(folded(name)));
}

/** Names that differ in case, accents or punctuation alone count as one. */
const folded = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Without what ends a label, and no two the same. */
const byId = (id: MemberId): string =>
  id.toWellFormed().replace(/[^\p{L}\p{N}:@._=/+-]/gu, char => encodeURIComponent(char));
