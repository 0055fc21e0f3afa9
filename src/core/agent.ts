import type { Document } from './document.ts';
import type { AgentId, BridgeName, ChatId, MemberId } from './ids.ts';

export type AgentStatus = 'active' | 'busy' | 'idle' | 'offline' | 'retired';

/** What of an agent a person can change while it works. */
export interface AgentWords {
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  readonly resources: Agent['resources'];
  readonly publicProfile: Agent['publicProfile'];
  readonly model: readonly string[];
}

/** A change of an agent's life that is under way. What has been done of it stands here, so that it goes on after a crash. */
export interface Passage {
  readonly kind: 'introduction' | 'retirement';
  /** The step that is to be done next. */
  readonly step: 'account' | 'rooms' | 'finish' | 'farewell' | 'leave' | 'end';
  /** Who asked for it; null: the configuration. */
  readonly by: MemberId | null;
  /** Who gets a direct chat with it, where it is introduced; null: nobody. */
  readonly greets: MemberId | null;
  /** The room that it is to come into or where its end was asked for, or null. */
  readonly room: ChatId | null;
  /** When it began, milliseconds since 1970; tells one introduction of an agent from the next. */
  readonly since: number;
}

/** An agent and its manifest. `_id` is the agent's id. */
export interface Agent extends Document<AgentId> {
  readonly name: string;
  /** One or two sentences for people. */
  readonly description: string;
  /** What the model is told about who it is. */
  readonly instructions: string;
  /** `orchestrator` is @parley: it keeps order and answers commands, and no model speaks for it. */
  readonly role: 'agent' | 'orchestrator';
  readonly status: AgentStatus;
  readonly currentActivities: readonly string[];
  readonly resources: {
    readonly skills: readonly string[];
    /** What it may do with the others while it answers. */
    readonly tools: readonly string[];
    /** What it may use while it works on tasks; missing: all there is. */
    readonly workTools?: readonly string[];
  };
  readonly publicProfile: {
    /** A PNG file's path, or null: then one is drawn from the name and colour. */
    readonly avatar: string | null;
    /** `#rrggbb`. */
    readonly colour: string;
  };
  /** Names of models in the configuration, in the order in which they are tried; empty means the default. */
  readonly model: readonly string[];
  readonly capabilities: readonly string[];
  readonly minComplexity: number;
  readonly maxComplexity: number;
  readonly owner: string | null;
  readonly lastSeen: number | null;
  /** What each bridge last made true for this agent (a fingerprint), so that a start does no work twice. */
  readonly provisioned: Readonly<Record<string, string>>;
  /** Its place among the agents of the configuration, from 0. */
  readonly place: number;
  /** The rooms that it is in, as far as the manifest has been brought up to date; at most 1,000. */
  readonly rooms?: readonly ChatId[];
  /** Where it comes from; missing: `file`. Who was made by a command stands in the store only. */
  readonly source?: 'file' | 'command';
  /** What its file said of the fields that were changed by command since: the file wins again where it says something else. */
  readonly fileSaid?: Partial<AgentWords>;
  /** Since when it is paused, and who did it; null or missing: it is not. */
  readonly paused?: { readonly since: number; readonly by: MemberId | null } | null;
  /** Null or missing: it is neither being introduced nor being retired. */
  readonly passage?: Passage | null;
  /** What asked for it to be made, where that may be asked again after a crash: the message of a command. */
  readonly madeFor?: string | null;
  /** Who retired it, while it is retired; null: its file was removed. */
  readonly retiredBy?: MemberId | null;
  /** The chat networks on which its account was closed for good. */
  readonly closedOn?: readonly BridgeName[];
}

/** Whether the agent answers: it is neither paused, nor on its way in or out. */
export const takesTurns = ({
  status,
  paused,
  passage,
}: Partial<Pick<Agent, 'status' | 'paused' | 'passage'>>): boolean =>
  status !== 'retired' && !paused && passage?.kind !== 'retirement';

/** Whether people talk with it; the orchestrator only keeps order. */
export const isSpeaker = ({ role }: Pick<Agent, 'role'>): boolean => role === 'agent';
