import type { SaidMessage } from '../../core/message.ts';
import type { Settings } from '../installation.ts';
import { allCommands } from './all-commands.ts';
import { type Found, findCommand } from './find-command.ts';

type Text = Pick<SaidMessage, 'text' | 'messageType'>;
type Prefixed = Pick<Settings, 'commandPrefix'>;

/** The command that a message is, or the wrong name in it; null where it is none. */
export const findIn = (said: Text, { commandPrefix }: Prefixed): Found | null =>
  findCommand(said, { prefix: commandPrefix, commands: allCommands });

/** Whether a message is meant as a command, known or not. */
export const isCommand = (said: Text, settings: Prefixed): boolean => findIn(said, settings) !== null;

/** The name of the command that a message is, or null. */
export function commandIn(said: Text, settings: Prefixed): string | null {
  const found = findIn(said, settings);
  return found !== null && 'command' in found ? found.command.name : null;
}
