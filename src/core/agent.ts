import type { Document } from './document.ts';
import type { AgentId } from './ids.ts';

export type AgentStatus = 'active' | 'busy' | 'idle' | 'offline' | 'retired';

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
  readonly resources: { readonly skills: readonly string[]; readonly tools: readonly string[] };
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
}
