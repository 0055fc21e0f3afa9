const longest = 40;
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const markUp = /[\\`*_{}[\]()#+\-.!|<>~@&:]/g;

/** A name that somebody gave themselves, fit to stand in a line of Markdown of ours: one line, short, without mark-up, links or mentions. */
export function plainName(name: string): string {
  const line = name.replace(invisible, ' ').replace(/\s+/g, ' ').trim();
  const short = [...line].length > longest ? `${[...line].slice(0, longest - 1).join('')}…` : line;
  return short === '' ? 'somebody' : short.replace(markUp, '\\$&');
}
