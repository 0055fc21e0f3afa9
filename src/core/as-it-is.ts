/** What turns letters around, is not seen at all, or looks like an ordinary space, and is none. */
const deceptive = /(?![\n\t ])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What follows a letter and is put over it, as far as languages want it: more of that would cover the lines around. */
const heaped = /(?<=\p{M}{4})\p{M}/gu;
/** Clients of Matrix show lines of code as long as they are, and what is beyond the edge is not seen. */
const widest = 100;
const goesOn = '↳ ';

/**
 * A text of somebody, so that people see all of it and nothing else: a block of code in which every letter can be seen, as JSON writes it where it has to, and
 * long lines go on in the next one. Nothing in it ends the block.
 */
export const asItIs = (kind: 'json' | 'text', text: string): string[] => [
  `\`\`\`${kind}`,
  wrapped(visible(text)).replaceAll('```', '`\u200b``'),
  '```',
];

const visible = (text: string): string => text.replace(deceptive, asEscape).replace(heaped, asEscape);

const asEscape = (letter: string): string =>
  letter
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

const wrapped = (text: string): string => text.split('\n').map(wrappedLine).join('\n');

function wrappedLine(line: string): string {
  if (line.length <= widest) return line;
  const letters = [...line];
  const pieces: string[] = [];
  for (let at = 0; at < letters.length; at += widest) pieces.push(letters.slice(at, at + widest).join(''));
  return pieces.join(`\n${goesOn}`);
}
