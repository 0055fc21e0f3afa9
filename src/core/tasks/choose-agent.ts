import { type Agent, takesTurns } from '../agent.ts';
import { matchScore } from '../floor-policies/best-match.ts';
import type { AgentId } from '../ids.ts';
import type { Task } from './task.ts';

/** An agent, and what it has to do already. */
export interface Candidate {
  readonly agent: Agent;
  /** Whether it is in the room of the task. */
  readonly here: boolean;
  /** Tasks that it works on. */
  readonly load: number;
}

interface Rules {
  /** Tasks that one agent works on at a time. */
  readonly perAgent: number;
}

/** The agent that takes a task, or why none does. */
export type Choice = { readonly agent: AgentId } | { readonly why: string };

/**
 * The first available agent whose range, skills and load fit; for a review one that has not built it. Of several, one that is in the room, then
 * whose skills fit best, then who has less to do, then the first of the configuration.
 */
export function chooseAgent(task: Task, candidates: readonly Candidate[], rules: Rules): Choice {
  const all = candidates.filter(({ agent }) => agent.role === 'agent');
  const may = all.filter(({ agent }) => isOpenTo(task, agent));
  const wanted = may.find(({ agent }) => isWanted(task, agent));
  if (wanted !== undefined) return forWanted(wanted, rules);
  if (may.length === 0) return { why: nobody(task, all.length) };
  const there = may.filter(({ agent }) => takesTurns(agent));
  if (there.length === 0) return { why: 'Every agent that could take it is paused.' };
  const able = there.filter(({ agent }) => inRange(task, agent));
  if (able.length === 0)
    return {
      why: `No agent takes tasks of complexity ${task.complexity}. \`complexity\` of an agent's file says which it takes.`,
    };
  const skilled = able.filter(({ agent }) => hasSkills(task, agent));
  if (skilled.length === 0) return { why: `No agent has the skills that it needs: ${task.skillsRequired.join(', ')}.` };
  const free = skilled.filter(({ load }) => load < rules.perAgent);
  if (free.length === 0)
    return { why: 'Every agent that could take it has enough to do. It goes on when one is free.' };
  const [first] = free.toSorted(better(task));
  return first === undefined ? { why: nobody(task, 0) } : { agent: first.agent._id };
}

/** Whether a person has chosen this agent for it. That is a wish for who makes it, and not for who reviews it. */
export const isWanted = (
  { wantedAgent, status }: Pick<Task, 'wantedAgent' | 'status'>,
  { _id }: Pick<Agent, '_id'>,
): boolean => status !== 'review' && wantedAgent === _id;

/** Whether an agent could take a task in its stage, when it has nothing else to do. */
export const couldTake = (task: Task, agent: Agent): boolean =>
  agent.role === 'agent' &&
  isOpenTo(task, agent) &&
  takesTurns(agent) &&
  inRange(task, agent) &&
  hasSkills(task, agent);

/** Who has failed at a task does not get it again, and who has built it does not review it. */
const isOpenTo = ({ passedOver, builders, status }: Task, { _id }: Agent): boolean =>
  !passedOver.includes(_id) && !(status === 'review' && builders.includes(_id));

function forWanted({ agent, load }: Candidate, rules: Rules): Choice {
  if (!takesTurns(agent)) return { why: `${agent.name} is paused. It goes on when ${agent.name} is back.` };
  return load < rules.perAgent
    ? { agent: agent._id }
    : { why: `${agent.name} has enough to do. It goes on when ${agent.name} is free.` };
}

function nobody({ status, passedOver }: Task, agents: number): string {
  if (status === 'review') return 'It has to be reviewed by an agent that has not built it, and there is no other one.';
  return agents > 0 && passedOver.length > 0
    ? 'Every agent that could take it has failed at it.'
    : 'There is no agent that could take it.';
}

/** A reviewer need not be able to build it. */
const inRange = ({ complexity, status }: Task, { minComplexity, maxComplexity }: Agent): boolean =>
  status === 'review' || (complexity >= minComplexity && complexity <= maxComplexity);

const hasSkills = ({ skillsRequired, status }: Task, agent: Agent): boolean =>
  status === 'review' || skillsRequired.every(skill => hasSkill(agent, skill));

/** A skill of an agent may be a list of words for one thing. */
export function hasSkill({ resources }: Agent, skill: string): boolean {
  const wanted = skill.trim().toLowerCase();
  return resources.skills.some(one =>
    one
      .toLowerCase()
      .split(',')
      .some(word => word.trim() === wanted),
  );
}

function better(task: Task) {
  const text = `${task.title}\n${task.description}`;
  return (a: Candidate, b: Candidate): number =>
    Number(b.here) - Number(a.here) ||
    matchScore(text, b.agent) - matchScore(text, a.agent) ||
    a.load - b.load ||
    a.agent.place - b.agent.place;
}
