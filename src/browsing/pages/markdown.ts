import TurndownService from 'turndown';

const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });

// Of a picture only what it is called says something to who reads a text.
service.addRule('picture', {
  filter: ['img', 'picture', 'video', 'audio'],
  replacement: (_content, node) => {
    const called = (node as unknown as { getAttribute?(name: string): string | null }).getAttribute?.('alt')?.trim();
    return called ? `[picture: ${called}]` : '';
  },
});

service.addRule('cell', {
  filter: ['th', 'td'],
  replacement: content => ` ${content.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()} |`,
});
service.addRule('row', {
  filter: 'tr',
  replacement: content => (content.trim() === '' ? '' : `\n|${content.replace(/\n+/g, ' ')}`),
});
service.addRule('table', { filter: 'table', replacement: content => `\n\n${content.trim()}\n\n` });
service.addRule('parts of a table', {
  filter: ['thead', 'tbody', 'tfoot'],
  replacement: content => content,
});

/** HTML as Markdown, without what would only be seen. */
export const markdownOf = (html: string): string =>
  service
    .turndown(html)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
