import type { Ask } from '../../egress/ask.ts';
import type { Found, SearchEngine } from '../../ports/browsing.ts';
import { type DocumentOf, documentOf } from '../dom.ts';
import { searchFailed, tidied } from './found.ts';

const mostBytes = 1_000_000;
const mostRedirects = 2;
/** The page is for people: without a name of a browser it is not given. */
const headers = { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (compatible; Parley)' };

/** DuckDuckGo by its page without scripts, as it has no API for this. It refuses who asks too often. */
export const duckDuckGo = (ask: Ask, url: string): SearchEngine => ({
  async search(query, signal) {
    const address = new URL(url);
    address.search = new URLSearchParams({ q: query }).toString();
    const { status, bytes } = await ask({
      url: address.href,
      headers,
      signal,
      maxBytes: mostBytes,
      redirects: mostRedirects,
    });
    const document = documentOf(new TextDecoder().decode(bytes));
    const found = tidied(resultsIn(document));
    if (found.length > 0) return found;
    if (status === 200 && document.querySelector('.no-results, .result--no-result') !== null) return [];
    throw searchFailed(
      'DuckDuckGo gives programs no results at the moment. Try again in some minutes, or with what is known already.',
    );
  },
});

function* resultsIn(document: DocumentOf): Generator<Found> {
  for (const result of document.querySelectorAll('.result:not(.result--ad)')) {
    const link = result.querySelector('a.result__a');
    if (link === null) continue;
    const excerpt = result.querySelector('.result__snippet')?.textContent ?? '';
    yield { title: link.textContent, url: target(link.getAttribute('href') ?? ''), excerpt };
  }
}

/** Links go over a page that counts clicks, and name in `uddg` where they lead. */
function target(href: string): string {
  if (!URL.canParse(href, 'https://duckduckgo.com')) return '';
  const url = new URL(href, 'https://duckduckgo.com');
  return /(?:^|\.)duckduckgo\.com$/.test(url.hostname) ? (url.searchParams.get('uddg') ?? '') : url.href;
}
