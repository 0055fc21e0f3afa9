import type { Agent } from '../../core/agent.ts';
import type { AgentId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Settings } from '../installation.ts';
import { allCommands } from './all-commands.ts';
import { type Found, findCommand, keepersOf } from './find-command.ts';

type Text = Pick<SaidMessage, 'text' | 'messageType' | 'mentions'>;
type Known = { readonly settings: Pick<Settings, 'commandPrefix'>; readonly agents: ReadonlyMap<AgentId, Agent> };

/** The command that a message is, or the wrong name in it; null where it is none. */
export const findIn = (said: Text, { settings, agents }: Known): Found | null =>
  findCommand(said, {
    prefix: settings.commandPrefix,
    commands: allCommands,
    keepers: keepersOf(agents),
  });

/** Whether a message is meant as a command, known or not. */
export const isCommand = (said: Text, known: Known): boolean => findIn(said, known) !== null;

/** The name of the command that a message is, or null. */
export function commandIn(said: Text, known: Known): string | null {
  const found = findIn(said, known);
  return found !== null && 'command' in found ? found.command.name : null;
}
