import type { Permission } from '../../core/access.ts';
import type { Parameter } from '../../core/command/parameters.ts';
import { allCommands } from './all-commands.ts';
import type { Command } from './command.ts';

export interface CommandDescription {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  readonly needs: Permission | null;
  /** In the order in which they are written; those that may be left out come last. */
  readonly options: readonly Parameter[];
}

/** The commands as data, for chat networks that have commands of their own (Discord's application commands, MSC4391 on Matrix). */
export const describeCommands = (commands: readonly Command[] = allCommands): CommandDescription[] =>
  commands.map(({ name, aliases, summary, needs, parameters }) => ({
    name,
    aliases,
    description: summary,
    needs,
    options: parameters.filter(({ hidden }) => !hidden),
  }));
