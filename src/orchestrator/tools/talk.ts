import { type Agent, takesTurns } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import type { AgentId } from '../../core/ids.ts';
import type { AgentCard } from '../../core/room.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { agentsIn } from '../rooms/room-view.ts';

/** The answer in which an agent uses its tools. */
export interface Talk {
  readonly parley: Installation;
  readonly turn: Turn;
  readonly agent: Agent;
  readonly chat: Chat;
}

/** The other agents of the room that answer. */
export const colleaguesOf = ({ parley, agent, chat }: Pick<Talk, 'parley' | 'agent' | 'chat'>): AgentCard[] =>
  agentsIn(parley, chat).filter(one => one.role === 'agent' && one._id !== agent._id && takesTurns(one));

/** Whom a model means: by name or id, with or without `@`, in capitals or not. Null: nobody of these. */
export function named<A extends { readonly _id: AgentId; readonly name: string }>(
  name: string,
  agents: readonly A[],
): A | null {
  const wanted = name
    .trim()
    .replace(/^@/, '')
    .replace(/^agent-/, '')
    .toLowerCase();
  return agents.find(({ _id, name: called }) => called.toLowerCase() === wanted || _id === wanted) ?? null;
}

/** What a model reads that means somebody who is not here. */
export function notHere(colleagues: readonly AgentCard[]): string {
  const names = colleagues.map(({ name }) => name).join(', ');
  return names === ''
    ? 'There is no other agent in this room.'
    : `No agent of that name is in this room. Here are: ${names}.`;
}

/** One line of at most so many characters. */
export const oneLine = (text: string, most: number): string => text.replace(/\s+/gu, ' ').trim().slice(0, most);
