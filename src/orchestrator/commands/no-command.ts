import { inCode } from '../../core/command/in-code.ts';
import type { Found } from './find-command.ts';

type Unknown = Extract<Found, { unknown: string }>;

/** The answer to a wrong name, with what may have been meant. */
export function noCommand({ unknown: name, near }: Unknown, prefix: string): string {
  const meant = near.map(one => `\`${prefix}${one}\``);
  const last = meant.pop();
  const hint =
    last === undefined ? '' : ` Did you mean ${meant.length === 0 ? last : `${meant.join(', ')} or ${last}`}?`;
  return `There is no command ${inCode(prefix + name)}.${hint} \`${prefix}help\` shows what there is.`;
}
