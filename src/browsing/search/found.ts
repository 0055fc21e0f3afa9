import { ParleyError } from '../../core/errors.ts';
import type { Found } from '../../ports/browsing.ts';

const most = 10;
const [longestTitle, longestUrl, longestExcerpt] = [300, 2_000, 600];

/** What an engine gave, as far as it is something: addresses of the web, bounded texts, no address twice. */
export function tidied(given: Iterable<Found>): Found[] {
  const found = new Map<string, Found>();
  for (const { title, url, excerpt } of given) {
    if (found.size >= most) break;
    if (url.length > longestUrl || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) continue;
    const { href } = new URL(url);
    if (!found.has(href))
      found.set(href, { title: line(title, longestTitle), url: href, excerpt: line(excerpt, longestExcerpt) });
  }
  return [...found.values()];
}

const line = (text: string, longest: number): string => text.replace(/\s+/g, ' ').trim().slice(0, longest);

export const searchFailed = (message: string, retry = true): ParleyError =>
  new ParleyError('SEARCH_FAILED', message, { retry });
