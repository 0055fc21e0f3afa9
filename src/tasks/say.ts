import { type AgentId, agentMember, externalIdOf, type TurnId, taskTurnId } from '../core/ids.ts';
import { plainName } from '../core/plain-name.ts';
import { planParts } from '../core/reply/plan-parts.ts';
import { asideTurn, newTurn } from '../core/take-turns.ts';
import { distinctNames } from '../core/tasks/distinct-names.ts';
import type { Task, TaskFile } from '../core/tasks/task.ts';
import type { Part, PartBody } from '../core/turn.ts';
import { isModerated } from '../orchestrator/floor/floor-rules.ts';
import { bridgeFor, type Installation } from '../orchestrator/installation.ts';
import { topics } from '../orchestrator/topics.ts';

export interface Saying {
  /** Names what is said: of one name there is one in a task. */
  readonly what: string;
  /** Who says it; null: who shows the card. */
  readonly as: AgentId | null;
  readonly text: string;
  /** Whether it is news of Parley rather than the agent's own words. */
  readonly notice: boolean;
  readonly files?: readonly TaskFile[];
}

/**
 * Says something in the thread of a task, once: the turn is stored under its name, and sent like every other. For an agent that can't speak in
 * the room, whoever shows the card says it. Gives the turn.
 */
export async function say(parley: Installation, task: Task, saying: Saying): Promise<TurnId> {
  const speaker = await speakerFor(parley, task, saying.as);
  const id = taskTurnId(task._id, saying.what, speaker);
  const text =
    speaker === saying.as || saying.as === null ? saying.text : `**${nameOf(parley, saying.as)}:** ${saying.text}`;
  const bridge = bridgeFor(parley, task.chat);
  if (bridge === null) return id;
  const bodies = planParts(text, given => bridge.fits(given)).map(body =>
    body.kind === 'markdown' ? { ...body, notice: saying.notice } : body,
  );
  const files = attachedFiles(saying.files ?? []);
  const parts = [...bodies, ...files].map((body): Part => ({ body, state: 'pending', externalId: null }));
  const turn = newTurn({
    _id: id,
    chat: task.chat,
    agent: speaker,
    trigger: null,
    reason: `works on task #${task.number}`,
    thread: task.thread,
    task: task._id,
    state: 'replied',
    outcome: 'answered',
    reply: text,
    parts,
    ...(task.askedBy === null ? {} : { askedBy: task.askedBy }),
  });
  await parley.store.collection('turns').insert([asideTurn(turn)]);
  parley.queue.wake(topics.turns, id);
  return id;
}

/** Whoever saves them all into one folder keeps them all. */
function attachedFiles(files: readonly TaskFile[]): PartBody[] {
  const names = distinctNames(files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  return files.map(({ id, path, mimeType, size }, index) => ({
    kind: 'attachment',
    name: names[index] ?? path,
    mimeType,
    size,
    file: id,
  }));
}

async function speakerFor(parley: Installation, task: Task, as: AgentId | null): Promise<AgentId> {
  if (as === null) return task.host;
  const chat = await parley.store.collection('chats').get(task.chat);
  if (chat === null || !chat.participants.includes(agentMember(as))) return task.host;
  return isModerated(parley, chat) ? task.host : as;
}

export const nameOf = ({ agents }: Pick<Installation, 'agents'>, agent: AgentId): string =>
  plainName(agents.get(agent)?.name ?? agent);

/** Whom to call for a task: their address, by which chat networks ping them; empty where no person asked for it. */
export const callFor = ({ askedBy }: Pick<Task, 'askedBy'>): string =>
  askedBy === null ? '' : `${externalIdOf(askedBy)}: `;
