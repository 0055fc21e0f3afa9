import { html, type Site } from './site.ts';

export interface Hit {
  readonly title: string;
  readonly url: string;
  readonly excerpt: string;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** A page of results, as DuckDuckGo makes it for browsers without scripts, with an advertisement at its top. */
export function duckDuckGoPage(hits: readonly Hit[]): string {
  const away = (url: string): string => `//duckduckgo.com/l/?uddg=${encodeURIComponent(url)}&amp;rut=0123`;
  const results = hits.map(
    ({
      title,
      url,
      excerpt,
    }) => `<div class="result results_links results_links_deep web-result"><div class="links_main links_deep result__body">
      <h2 class="result__title"><a rel="nofollow" class="result__a" href="${away(url)}">${escaped(title)}</a></h2>
      <a class="result__snippet" href="${away(url)}">${escaped(excerpt)}</a></div></div>`,
  );
  const advertisement =
    '<div class="result result--ad"><a class="result__a" href="https://duckduckgo.com/y.js?ad_provider=x">Buy!</a></div>';
  const none = hits.length === 0 ? '<div class="no-results">No results.</div>' : '';
  return `<!doctype html><html><body><div id="links" class="results">${advertisement}${results.join('\n')}${none}</div></body></html>`;
}

/** Lets a site be DuckDuckGo, under `/html/`. */
export const searchAt = (site: Site, hits: readonly Hit[]): void => site.page('/html/', html(duckDuckGoPage(hits)));
