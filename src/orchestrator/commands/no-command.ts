import { inCode } from '../../core/command/in-code.ts';
import type { Found } from './find-command.ts';

type Unknown = Extract<Found, { unknown: string }>;

/** The answer to a wrong name, with what may have been meant; or to the first word of several commands alone. */
export function noCommand({ unknown: name, near }: Unknown, prefix: string): string {
  const meant = near.map(one => `\`${prefix}${one}\``);
  const last = meant.pop();
  if (last !== undefined && near.every(one => one.startsWith(`${name} `)))
    return `${inCode(prefix + name)} goes on with a second word: ${[...meant, last].join(', ')}. \`${prefix}help ${name}\` tells more.`;
  const hint =
    last === undefined ? '' : ` Did you mean ${meant.length === 0 ? last : `${meant.join(', ')} or ${last}`}?`;
  return `There is no command ${inCode(prefix + name)}.${hint} \`${prefix}help\` shows what there is.`;
}
