import { LRUCache } from 'lru-cache';
import { ParleyError } from '../../core/errors.ts';
import type { Answered, Ask } from '../../egress/ask.ts';
import type { Page, PageReader } from '../../ports/browsing.ts';
import type { Clock } from '../../ports/clock.ts';
import { decode } from './decode.ts';
import { extractApart } from './extract-apart.ts';

const mostBytes = 8_000_000;
const mostRedirects = 5;
const headers = {
  accept: 'text/html, application/xhtml+xml, text/plain;q=0.9, application/json;q=0.9, */*;q=0.5',
  'user-agent': 'Mozilla/5.0 (compatible; Parley)',
};
/** While somebody goes through a long page, it is one. */
const keepMs = 10 * 60_000;
const mostKept = 64_000_000;
const longestUrl = 4_000;
/** So much of a page of HTML is understood, in characters. */
const longestHtml = 2_000_000;

const html = /^(?:text\/html|application\/xhtml\+xml)$/;
const plain =
  /^(?:text\/.*|application\/(?:json|xml|javascript|yaml|x-yaml|toml|rss|atom|.*\+(?:json|xml)).*|image\/svg\+xml)$/;

interface Given {
  readonly ask: Ask;
  readonly clock: Pick<Clock, 'now'>;
}

/** Reads pages. What was read is kept for ten minutes. */
export function pageReader({ ask, clock }: Given): PageReader {
  const kept = new LRUCache<string, Page>({
    maxSize: mostKept,
    sizeCalculation,
    ttl: keepMs,
    ttlResolution: 0,
    perf: clock,
  });
  return {
    async read(url, signal) {
      if (url.length > longestUrl) throw refused(url, 'is longer than addresses are');
      const known = kept.get(url);
      if (known !== undefined) return known;
      const answered = await ask({ url, headers, signal, maxBytes: mostBytes, redirects: mostRedirects });
      if (answered.status < 200 || answered.status > 299) throw refused(url, `is not given: status ${answered.status}`);
      const page = await pageOf(answered, signal);
      kept.set(url, page);
      return page;
    },
  };
}

const sizeCalculation = (page: Page): number =>
  1_000 + (page.kind === 'text' ? 2 * (page.title.length + page.text.length) : page.bytes.byteLength);

async function pageOf({ url, contentType, bytes, cut }: Answered, signal: AbortSignal): Promise<Page> {
  const mimeType = (contentType.split(';')[0] ?? '').trim() || guessed(bytes);
  const isHtml = html.test(mimeType);
  if (!isHtml && !plain.test(mimeType)) return { kind: 'file', url, mimeType, bytes, cut };
  const text = decode(bytes, { contentType, isHtml });
  if (!isHtml) return { kind: 'text', url, title: '', text, cut };
  const extracted = await extractApart({ html: text.slice(0, longestHtml), url }, signal);
  return { kind: 'text', url, ...extracted, cut: cut || extracted.cut || text.length > longestHtml };
}

/** Where a site does not say what it gives. */
function guessed(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 1_000));
  if (start.startsWith('%PDF-')) return 'application/pdf';
  if (start.includes('\0')) return 'application/octet-stream';
  return /<(?:!doctype|html|body)/i.test(start) ? 'text/html' : 'text/plain';
}

const refused = (url: string, why: string): ParleyError =>
  new ParleyError('SITE_REFUSED', `${JSON.stringify(url.slice(0, 200))} ${why}.`);
