import createMarkdown from 'markdown-it';

const markdown = createMarkdown({ html: false, linkify: false, typographer: false });
// A program in the workspace decides what is fetched.
markdown.validateLink = url => !/^(?:javascript|vbscript):/i.test(url.trim());

const style = `
@page { size: A4; margin: 2cm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #666 } }
body { font-family: "DejaVu Sans", sans-serif; font-size: 10pt; line-height: 1.45 }
h1, h2, h3 { line-height: 1.2; page-break-after: avoid }
img { max-width: 100% }
table { border-collapse: collapse; margin: 1em 0 }
th, td { border: 1px solid #bbb; padding: 3pt 6pt; text-align: left }
pre, code { font-family: "DejaVu Sans Mono", monospace; font-size: 9pt; background: #f4f4f4 }
pre { padding: 6pt; white-space: pre-wrap }
blockquote { border-left: 3px solid #bbb; margin-left: 0; padding-left: 1em; color: #444 }`;

/** Markdown as a page of HTML to print. What is HTML in it is shown as it is written. Pure. */
export const pageOf = (text: string, title: string): string =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${markdown.utils.escapeHtml(title)}</title><style>${style}</style></head><body>${markdown.render(text)}</body></html>`;
