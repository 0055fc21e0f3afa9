import { z } from 'zod';
import type { Ask } from '../../egress/ask.ts';
import type { SearchEngine } from '../../ports/browsing.ts';
import { tidied } from './found.ts';
import { askForJson } from './json-engine.ts';

const result = z.object({ title: z.string().catch(''), url: z.string(), description: z.string().nullish() });
const schema = z.object({ web: z.object({ results: z.array(result).max(1000) }).nullish() });

const refusals = {
  401: 'Brave does not take the key in web.searchKey.',
  403: 'Brave does not take the key in web.searchKey.',
  422: 'Brave does not take the key in web.searchKey, or not such a query.',
  429: 'The queries of the plan at Brave are used up for now.',
};

/** Brave, by its API: https://api-dashboard.search.brave.com/app/documentation/web-search/get-started */
export const brave = (ask: Ask, { url, key }: { readonly url: string; readonly key: string }): SearchEngine => ({
  async search(query, signal) {
    const address = new URL(url);
    address.search = new URLSearchParams({ q: query, count: '10', text_decorations: 'false' }).toString();
    const headers = { accept: 'application/json', 'x-subscription-token': key };
    const { web } = await askForJson(ask, { url: address.href, headers, signal }, { schema, refusals });
    return tidied((web?.results ?? []).map(({ description, ...rest }) => ({ ...rest, excerpt: description ?? '' })));
  },
});
