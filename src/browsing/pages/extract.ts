import { isProbablyReaderable, Readability } from '@mozilla/readability';
import { type DocumentOf, documentOf } from '../dom.ts';
import { markdownOf } from './markdown.ts';

export interface Extracted {
  readonly title: string;
  readonly text: string;
}

/** What people don't see, and what is no text. */
const unread =
  'script, style, title, noscript, template, iframe, object, embed, svg, canvas, link, meta, [hidden], [aria-hidden="true"], [style*="display:none" i], [style*="display: none" i]';
/** Round about the content of a page that is no article. */
const around = 'nav, header, footer, aside, form, dialog';
const fewest = 200;

/** The readable part of a page of HTML, as Markdown. Takes as long as the page wants: it is for a thread of its own. */
export function extract(html: string, url: string): Extracted {
  const document = documentOf(html);
  const title = (document.querySelector('title')?.textContent ?? '').replace(/\s+/g, ' ').trim();
  for (const element of document.querySelectorAll(unread)) element.remove();
  absolute(document, url);
  const whole = document.body?.innerHTML ?? html;
  const article = articleIn(document);
  if (article !== null) return { title: article.title || title, text: article.text };
  const page = documentOf(`<html><body>${whole}</body></html>`);
  const text = markdownOf(page.body?.innerHTML ?? '');
  for (const element of page.querySelectorAll(around)) element.remove();
  const content = markdownOf(page.body?.innerHTML ?? '');
  return { title, text: content.length < fewest ? text : content };
}

function articleIn(document: DocumentOf): Extracted | null {
  if (!isProbablyReaderable(document as never)) return null;
  const article = new Readability(document as never, { charThreshold: fewest }).parse();
  const text = article?.content == null ? '' : markdownOf(article.content);
  return text.length < fewest ? null : { title: article?.title ?? '', text };
}

/** Links lead where they lead from the page; what leads nowhere in the web is no link any more. */
function absolute(document: DocumentOf, url: string): void {
  const said = document.querySelector('base[href]')?.getAttribute('href') ?? '';
  const base = URL.canParse(said, url) ? new URL(said, url).href : url;
  for (const link of document.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    const target = URL.canParse(href, base) ? new URL(href, base) : null;
    if (target !== null && /^https?:$/.test(target.protocol)) link.setAttribute('href', target.href);
    else link.removeAttribute('href');
  }
}
