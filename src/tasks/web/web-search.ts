import { z } from 'zod';
import type { SearchEngine } from '../../ports/browsing.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { fromOutside } from '../from-outside.ts';
import { ofTheWeb, orWhyNot } from '../or-why-not.ts';

const limitMs = 90_000;

/** Searches the web. */
export const webSearchTool = (engine: SearchEngine): Tool =>
  tool({
    name: 'web_search',
    description:
      'Searches the web and gives titles, addresses and excerpts. Excerpts prove nothing: read a page with read_page before you rely on it, and name it as a source.',
    parameters: z.object({
      query: z.string().trim().min(2).max(300).describe('A few words, as one types them into a search engine.'),
    }),
    limitMs,
    run: ({ query }, signal) =>
      orWhyNot(ofTheWeb, async () => {
        const found = await engine.search(query, signal);
        if (found.length === 0) return 'Nothing was found. Try other words.';
        const lines = found.map(({ title, url, excerpt }, index) =>
          `${index + 1}. ${title}\n${url}\n${excerpt}`.trim(),
        );
        return fromOutside(`${found.length} results.`, lines.join('\n\n'));
      }),
  });
