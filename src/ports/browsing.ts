/** What a search engine found. All of it comes from outside. */
export interface Found {
  readonly title: string;
  readonly url: string;
  /** A sentence or two; empty where there is none. */
  readonly excerpt: string;
}

export interface SearchEngine {
  /**
   * What fits the query, the best first, at most ten; none where nothing fits. Rejects with `SEARCH_FAILED`, `SITE_UNREACHABLE` or `ADDRESS_REFUSED`,
   * whose messages are fit for a model, and with the signal's reason. May be repeated.
   */
  search(query: string, signal: AbortSignal): Promise<readonly Found[]>;
}

/** What stands at an address: a text that can be read, or a file that is none. All of it comes from outside. */
export type Page =
  | {
      readonly kind: 'text';
      /** Where it was found, behind all redirects. */
      readonly url: string;
      readonly title: string;
      /** Markdown with absolute links, where it was HTML. */
      readonly text: string;
      /** Whether there was more than is read of one page. */
      readonly cut: boolean;
    }
  | {
      readonly kind: 'file';
      readonly url: string;
      /** Without parameters: `application/pdf`. */
      readonly mimeType: string;
      readonly bytes: Uint8Array;
      readonly cut: boolean;
    };

export interface PageReader {
  /**
   * Reads an address of `http` or `https`. Rejects with `SITE_REFUSED`, `SITE_UNREACHABLE` or `ADDRESS_REFUSED`, whose messages are fit for a model, and with
   * the signal's reason. May be repeated.
   */
  read(url: string, signal: AbortSignal): Promise<Page>;
}
