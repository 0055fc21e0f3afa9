import type { Config } from '../../config/load.ts';
import type { Agent } from '../core/agent.ts';
import type { ModelHealth } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import type { Progress } from './progress.ts';

/** What the commands know of the installation. */
export interface Given {
  readonly config: Config;
  /** With what `.env` adds. */
  readonly env: NodeJS.ProcessEnv;
}

/** A conversation with one agent in the terminal. */
export interface TerminalChat {
  readonly agent: Pick<Agent, '_id' | 'name' | 'description'>;
  /** Which model answers, for the first line. */
  readonly model: string;
  /** Says something, and gives the whole text so far of each message that comes back, until all is said. */
  say(text: string, signal: AbortSignal): AsyncIterable<Utterance>;
  close(): Promise<void>;
}

export interface Utterance {
  /** The same for every state of one message. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly complete: boolean;
}

/** What `main.ts` does for the commands. It is loaded when a command needs it, as it brings all SDKs along. */
export interface Main {
  /** Runs until `signal` is aborted, and then until what was begun is done. */
  up(options: Given & { readonly progress: Progress; readonly log: Log; readonly signal: AbortSignal }): Promise<void>;
  /** The registration for the homeserver, as YAML. */
  registration(options: Given): Promise<string>;
  /** All agents: those of the configuration, with what the store knows of them. Starts and changes nothing. */
  listAgents(options: Given): Promise<readonly Agent[]>;
  /** Every model that is there, and those that agents name and that are not. */
  describeModels(options: Given & { readonly signal: AbortSignal }): Promise<readonly ModelHealth[]>;
  /** One line on the store, or null where there is none yet. Rejects with `STORE_*`. */
  describeStore(options: Given): Promise<string | null>;
  openChat(
    options: Given & { readonly agent: string | null; readonly log: Log; readonly signal: AbortSignal },
  ): Promise<TerminalChat>;
}
