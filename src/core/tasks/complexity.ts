/** Words that tell that there is more to do than a few lines. Each counts once. */
const weights: readonly (readonly [RegExp, number])[] = [
  [/\b(and then|after that|as well as|additionally|also)\b/giu, 1],
  [/\b(plot|chart|graph|table|csv|spreadsheet|report|pdf|analy[sz]e|statistics?)\b/iu, 1],
  [/\b(code|script|program|function|app|api|server|database|website|page|bot|game|tool)\b/iu, 2],
  [
    /\b(tests?|tested|deploy|docker|pipeline|integrat\w*|migrat\w*|refactor\w*|architecture|security|encrypt\w*)\b/iu,
    2,
  ],
  [/\b(research|compare|investigate|sources|survey|literature)\b/iu, 1],
  [/\b(all|every|complete|full|entire|whole|comprehensive|production)\b/iu, 1],
];
const easy = /\b(haiku|poem|joke|title|headline|slogan|sentence|name|translate|spell|summar\w*|list)\b/iu;

const longText = 400;

/** How much there is to a task, 1 to 10, as far as its words tell. A person can say better. */
export function estimateComplexity(text: string, attachments: number): number {
  const told = weights.reduce((sum, [words, weight]) => sum + (text.match(words) === null ? 0 : weight), 0);
  const lists = Math.min(2, text.split('\n').filter(line => /^\s*(?:[-*]|\d+[.)])\s/u.test(line)).length / 3);
  const size = Math.min(2, Math.floor(text.length / longText));
  const least = easy.test(text) && told <= 1 ? 1 : 2;
  return Math.max(1, Math.min(10, Math.round(least + told + lists + size + Math.min(1, attachments))));
}
