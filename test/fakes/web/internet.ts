import { ParleyError } from '../../../src/core/errors.ts';
import type { Found, Page, PageReader, SearchEngine } from '../../../src/ports/browsing.ts';

/** The web as a test says, without a connection: what is found, and what stands where. What was asked for stands in `asked`. */
export interface Internet {
  readonly search: SearchEngine;
  readonly pages: PageReader;
  readonly asked: string[];
  finds(found: readonly Partial<Found>[]): void;
  has(url: string, page: string | Partial<Extract<Page, { kind: 'file' }>>): void;
}

export function internet(): Internet {
  const asked: string[] = [];
  const pages = new Map<string, Page>();
  let found: readonly Found[] = [];
  return {
    asked,
    search: {
      async search(query) {
        asked.push(`search ${query}`);
        return found;
      },
    },
    pages: {
      async read(url) {
        asked.push(url);
        const page = pages.get(url);
        if (page === undefined) throw new ParleyError('SITE_REFUSED', `"${url}" is not given: status 404.`);
        return page;
      },
    },
    finds(given) {
      found = given.map(one => ({ title: 'A page', url: 'https://example.org/', excerpt: '', ...one }));
    },
    has(url, page) {
      if (typeof page === 'string') pages.set(url, { kind: 'text', url, title: '', text: page, cut: false });
      else
        pages.set(url, {
          kind: 'file',
          url,
          mimeType: 'application/pdf',
          bytes: new Uint8Array(7),
          cut: false,
          ...page,
        });
    },
  };
}
