import type { SearchEngine } from '../../ports/browsing.ts';
import type { Offers } from '../with-tools.ts';
import { type Reading, readPageTool } from './read-page.ts';
import { webSearchTool } from './web-search.ts';

/** The web, in every stage: who tests or reviews looks things up, too. */
export const webTools =
  ({ search, reading }: { readonly search: SearchEngine | null; readonly reading: Reading | null }): Offers =>
  async place => [
    ...(search === null ? [] : [webSearchTool(search)]),
    ...(reading === null ? [] : [readPageTool(reading, place)]),
  ];
