/** What a chat client can show, by what people call it. */
const samples: readonly { readonly title: string; readonly words: RegExp; readonly markdown: string }[] = [
  {
    title: 'Headings and emphasis',
    words: /\b(heading|headline|title|bold|italic|emphasis|format)/,
    markdown: '### A heading\n\nText can be **bold**, *italic*, ~~struck out~~ or `code`.',
  },
  {
    title: 'A list',
    words: /\b(list|bullet|checklist|steps)/,
    markdown: '1. First, a numbered point\n2. Then another\n   - with a point below it\n   - and one more',
  },
  {
    title: 'A table',
    words: /\b(table|columns?|spreadsheet)\b/,
    markdown: '| What | Where | Works |\n|---|---|:---:|\n| Tables | Element | ✅ |\n| Lists | everywhere | ✅ |',
  },
  {
    title: 'Code',
    words: /\b(code|snippet|program|script|typescript|javascript|python)\b/,
    markdown: "```ts\nconst greet = (name: string): string => 'Hello ' + name;\nconsole.log(greet('world'));\n```",
  },
  {
    title: 'A quotation',
    words: /\b(quote|quotation|citation)/,
    markdown: '> What stands behind this line was said by somebody else.\n\nAnd this is the answer to it.',
  },
  {
    title: 'A link',
    words: /\b(links?|urls?)\b/,
    markdown: 'Read on in [the Matrix documentation](https://matrix.org/docs/).',
  },
];

const everything = /\b(everything|all|anything|markdown|render)\b/;

/** Samples of what `text` asks for, or null when it asks for none. */
export function samplesFor(text: string): string | null {
  const wanted = everything.test(text) ? samples : samples.filter(({ words }) => words.test(text));
  if (wanted.length === 0) return null;
  if (wanted.length === 1) return wanted.map(({ markdown }) => markdown).join('');
  return wanted.map(({ title, markdown }) => `**${title}**\n\n${markdown}`).join('\n\n');
}

/** The kinds of samples, for people. */
export const sampleNames = 'a table, code, a list, a quotation, a link, or everything';
