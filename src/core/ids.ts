/**
 * Branded identifiers. Each is a plain string at run time; only the functions here make one, and only its owner takes one apart.
 */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** The name of a chat network's bridge: `matrix`, `memory`. */
export type BridgeName = Id<'BridgeName'>;
/** One of our agents: `ada`. Lower case letters, digits and dashes. */
export type AgentId = Id<'AgentId'>;
/** A room on a chat network: `matrix:!abc:example.org`. */
export type ChatId = Id<'ChatId'>;
/** Somebody in a room: `agent:ada`, or a person or foreign bot as `matrix:@mara:example.org`. */
export type MemberId = Id<'MemberId'>;
/** Something that stands in a room's timeline: `matrix:$event`. */
export type MessageId = Id<'MessageId'>;
/** One grant to speak: made from the message that caused it and the agent, so that making it again gives the same id. */
export type TurnId = Id<'TurnId'>;

/** Work with a result: made from what asked for it, so that asking again gives the same. */
export type TaskId = Id<'TaskId'>;
/** One step of the work on a task: what a model said and called once. */
export type TaskStepId = Id<'TaskStepId'>;
/** A file that came of a task. */
export type TaskFileId = Id<'TaskFileId'>;

/** What somebody has used on a day: made from whose budget it is, and the day. */
export type BudgetId = Id<'BudgetId'>;

/** One of the processes of an installation, from its start to its end. */
export type ProcessId = Id<'ProcessId'>;

export const bridgeName = (name: string): BridgeName => name as BridgeName;
export const processId = (id: string): ProcessId => id as ProcessId;
export const agentId = (id: string): AgentId => id as AgentId;

/** The id of the room that `bridge` knows as `externalId`. */
export const chatId = (bridge: BridgeName, externalId: string): ChatId => `${bridge}:${externalId}` as ChatId;

/** The id of what `bridge` knows as the event `externalId`. */
export const messageId = (bridge: BridgeName, externalId: string): MessageId => `${bridge}:${externalId}` as MessageId;

/** Somebody who is not one of our agents, as `bridge` names them. */
export const foreignMember = (bridge: BridgeName, externalId: string): MemberId =>
  `${bridge}:${externalId}` as MemberId;

/** One of our agents as a member of a room; the same on every chat network. */
export const agentMember = (agent: AgentId): MemberId => `agent:${agent}` as MemberId;

/** The agent behind a member, or null for a person or a foreign bot. */
export const agentOf = (member: MemberId): AgentId | null =>
  member.startsWith('agent:') ? (member.slice('agent:'.length) as AgentId) : null;

/** What the chat network itself calls this room, event or member: the id without the bridge's name. */
export const externalIdOf = (id: ChatId | MessageId | MemberId): string => id.slice(id.indexOf(':') + 1);

/** The bridge that an id belongs to (`agent` for one of our own agents). */
export const bridgeOf = (id: ChatId | MessageId | MemberId): BridgeName => id.slice(0, id.indexOf(':')) as BridgeName;

/** The turn of `agent` that `cause` (a message, or an agent's turn that hands over) brings about. `attempt` counts 🔁, from 0. */
export const turnId = (cause: MessageId | TurnId, agent: AgentId, attempt = 0): TurnId =>
  `${cause}/${agent}${attempt === 0 ? '' : `~${attempt}`}` as TurnId;

/** The turn that answers a command: another one than the answer to the same message before it was edited into a command. */
export const commandTurnId = (message: MessageId, agent: AgentId): TurnId => `${message}#command/${agent}` as TurnId;

/** The turn in which an agent tells something about a message or a turn that it does not answer. */
export const noticeTurnId = (cause: MessageId | TurnId, what: string, agent: AgentId): TurnId =>
  `${cause}#${what}/${agent}` as TurnId;

/** The turn without its rounds: 🔁 makes `…/ada~1`, `…/ada~2` of `…/ada`. */
export const withoutRound = (turn: TurnId): TurnId => turn.replace(/~\d+$/, '') as TurnId;

/** The turn for what an agent says only once in a room: its introduction, or that it can't read there. */
export const onceTurnId = (chat: ChatId, what: string, agent: AgentId): TurnId => `${chat}#${what}/${agent}` as TurnId;

/** The message with which the agent of `turn` puts its `nth` question (from 1) to a colleague. */
export const askTurnId = (turn: TurnId, nth: number): TurnId => `${turn}#ask${nth}` as TurnId;

/** The turn that is lent to the colleague for the answer. */
export const lentTurnId = (turn: TurnId, nth: number): TurnId => `${turn}#lent${nth}` as TurnId;

/** The turn in which an agent that moderates decides who speaks next, on the floor of that version. */
export const decisionTurnId = (chat: ChatId, version: number, agent: AgentId): TurnId =>
  `${chat}#decides${version}/${agent}` as TurnId;

/** The turn in which an agent considers whether it has something to add to what was said. */
export const considerTurnId = (message: MessageId, agent: AgentId): TurnId => `${message}#considers/${agent}` as TurnId;

/**
 * The turn in which is said that agents pause: one for all that they said to each other since a person asked (by a message, or by asking
 * for an answer again).
 */
export const pauseTurnId = (turn: TurnId, agent: AgentId): TurnId => {
  const asked = /^(.*~\d+)(?:\/[a-z0-9-]+)*$/.exec(turn)?.[1] ?? turn.replace(/(?:\/[a-z][a-z0-9-]*)+$/, '');
  return `${asked}#pause/${agent}` as TurnId;
};
/** The budget of a holder (`agent:ada`) on a day (`2026-11-21`). */
export const budgetId = (holder: string, day: string): BudgetId => `${holder}/${day}` as BudgetId;

/** The task that a message, or the `nth` wish in a turn or task, asks for. */
export const taskId = (cause: MessageId | TurnId | TaskId, nth = 1): TaskId =>
  `${cause}#task${nth === 1 ? '' : nth}` as TaskId;

/** The `nth` step of a task, from 1: padded, so that the order of ids is the order of steps. */
export const taskStepId = (task: TaskId, nth: number): TaskStepId =>
  `${task}/step${String(nth).padStart(5, '0')}` as TaskStepId;

/** The file that the `nth` call of a step made, or one of several. */
export const taskFileId = (task: TaskId, call: string, nth: number): TaskFileId =>
  `${task}/file/${call.slice(call.lastIndexOf('/step') + 1)}/${nth}` as TaskFileId;

/** The turn in which something of a task is told in its thread, once. */
export const taskTurnId = (task: TaskId, what: string, agent: AgentId): TurnId => `${task}#${what}/${agent}` as TurnId;

/** Work on a task, as what can be broken off. */
export const taskWorkId = (task: TaskId): TurnId => task as string as TurnId;
