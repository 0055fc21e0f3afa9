import type { AccessRules, Permission } from '../../core/access.ts';
import { isAtLeast } from '../../core/access.ts';
import type { Parameter } from '../../core/command/parameters.ts';
import type { Command } from './command.ts';

const mostChoicesShown = 4;

/** How a command is written: `!floor slot [<time>] [<messages>]`. */
export const usage = ({ name, parameters }: Command, prefix: string): string =>
  [`${prefix}${name}`, ...parameters.filter(isShown).map(placeholder)].join(' ');

const isShown = ({ hidden }: Parameter): boolean => !hidden;

function placeholder({ name, choices = [], required }: Parameter): string {
  const inside = choices.length > 0 && choices.length <= mostChoicesShown ? choices.join('|') : `<${name}>`;
  return required ? inside : `[${inside}]`;
}

/** A command in all detail, in Markdown. */
export function explained(command: Command, { prefix, access }: { prefix: string; access: AccessRules }): string {
  const { parameters, aliases, example, needs } = command;
  const also = aliases.length === 0 ? '' : ` Also: ${aliases.map(alias => `\`${prefix}${alias}\``).join(', ')}.`;
  const lines = parameters.filter(isShown).map(({ name, description, required, choices = [] }) => {
    const one = choices.length > 1 ? ` One of ${choices.map(choice => `\`${choice}\``).join(', ')}.` : '';
    return `- \`${name}\`${required ? '' : ' (may be left out)'}: ${description}${one}`;
  });
  return [
    `**\`${usage(command, prefix)}\`** — ${command.summary}${also}`,
    ...lines,
    ...(example === null ? [] : [`- For example: \`${prefix}${example}\``]),
    `- Who may: ${whoMay(needs, access)}.`,
  ].join('\n');
}

/** Who may do what needs a right, for people. */
export function whoMay(needs: Permission | null, { needs: least }: AccessRules): string {
  if (needs === null) return 'everybody';
  const roles = (['guest', 'user', 'admin'] as const).filter(role => isAtLeast(role, least[needs]));
  const named = roles.length === 3 ? 'everybody' : `${roles.join('s and ')}s of this installation`;
  return needs === 'floor' && roles.length < 3
    ? `who made this room or has power 50 or more in it, its moderator, and ${named}`
    : named;
}
