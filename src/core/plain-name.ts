const longest = 40;
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const markUp = /[\\`*_{}[\]()#+\-.!|<>~@&:]/g;

/** A name that somebody gave themselves, fit to stand in a line of Markdown of ours: one line, short, without mark-up, links or mentions. */
export const plainName = (name: string): string => plainLine(name, longest) || 'somebody';

/** The same for any text of somebody; empty where nothing of it is left. */
export function plainLine(text: string, most: number): string {
  const line = text.replace(invisible, ' ').replace(/\s+/g, ' ').trim();
  const short = [...line].length > most ? `${[...line].slice(0, most - 1).join('')}…` : line;
  return short.replace(markUp, '\\$&');
}
