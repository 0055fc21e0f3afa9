const longest = 40;

/** What somebody wrote, as code in an answer of ours: one short line without anything that marks up, hides or turns text around. */
export function inCode(text: string): string {
  const plain = text.replace(/[\p{C}\p{Z}\s`]+/gu, ' ').trim();
  const letters = [...plain.slice(0, 2 * longest + 2)];
  const short = letters.length > longest ? `${letters.slice(0, longest).join('')}…` : plain;
  return `\`${short === '' ? '…' : short}\``;
}
