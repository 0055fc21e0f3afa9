import { z } from 'zod';
import type { Ask } from '../../egress/ask.ts';
import type { SearchEngine } from '../../ports/browsing.ts';
import { tidied } from './found.ts';
import { askForJson } from './json-engine.ts';

const schema = z.object({
  results: z.array(z.object({ title: z.string().catch(''), url: z.string(), content: z.string().nullish() })).max(1000),
});

const refusals = {
  403: 'SearXNG gives no JSON. Its settings have to name json in search.formats.',
  429: 'SearXNG wants to be left alone for a while.',
};

/** A SearXNG, by its API: https://docs.searxng.org/dev/search_api.html */
export const searxng = (ask: Ask, url: string): SearchEngine => ({
  async search(query, signal) {
    const address = new URL('search', url.endsWith('/') ? url : `${url}/`);
    address.search = new URLSearchParams({ q: query, format: 'json' }).toString();
    const { results } = await askForJson(ask, { url: address.href, signal }, { schema, refusals });
    return tidied(results.map(({ content, ...rest }) => ({ ...rest, excerpt: content ?? '' })));
  },
});
