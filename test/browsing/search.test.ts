import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brave } from '../../src/browsing/search/brave.ts';
import { careful } from '../../src/browsing/search/careful.ts';
import { duckDuckGo } from '../../src/browsing/search/duckduckgo.ts';
import { searxng } from '../../src/browsing/search/searxng.ts';
import { asking } from '../../src/egress/ask.ts';
import { turnstile } from '../../src/limits/turnstile.ts';
import { searchEngineContract } from '../contracts/search-engine.ts';
import { heldClock } from '../fakes/clock.ts';
import { duckDuckGoPage, searchAt } from '../fakes/web/search.ts';
import { give, html, leadTo, type Site, startSite } from '../fakes/web/site.ts';

const { signal } = new AbortController();
const failed = { code: 'SEARCH_FAILED' };
let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

const ask: ReturnType<typeof asking> = asked => asking({ internal: [{ host: 'localhost', port: site.port }] })(asked);
const json = (value: unknown) => give('application/json', JSON.stringify(value));

describe('DuckDuckGo', () => {
  const engine = () => duckDuckGo(ask, `${site.url}/html/`);
  searchEngineContract({ site: () => site, engine, path: '/html/', answers: hits => html(duckDuckGoPage(hits)) });

  it('says so where it takes Parley for a robot', async () => {
    site.page('/html/', '<div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div>');
    await expect(engine().search('tea', signal)).rejects.toMatchObject(failed);
  });
});

describe('SearXNG', () => {
  searchEngineContract({
    site: () => site,
    engine: () => searxng(ask, `${site.url}/sx`),
    path: '/sx/search',
    answers: hits => json({ results: hits.map(({ excerpt, ...rest }) => ({ ...rest, content: excerpt })) }),
  });

  it('says what to set where it gives no JSON', async () => {
    site.page('/sx/search', (_request, response) => void response.writeHead(403).end());
    await expect(searxng(ask, `${site.url}/sx/`).search('tea', signal)).rejects.toThrow('search.formats');
  });
});

describe('Brave', () => {
  const engine = () => brave(ask, { url: `${site.url}/brave`, key: 'secret' });
  searchEngineContract({
    site: () => site,
    engine,
    path: '/brave',
    answers: hits =>
      json({ web: { results: hits.map(({ excerpt, ...rest }) => ({ ...rest, description: excerpt })) } }),
  });

  it('gets the key, and nobody to whom it leads does', async () => {
    let key: unknown;
    site.page('/brave', (request, response) => {
      key = request.headers['x-subscription-token'];
      leadTo('http://127.0.0.1:1/')(request, response);
    });
    await expect(engine().search('tea', signal)).rejects.toThrow();
    expect(key).toBe('secret');
  });
});

describe('searching with care', () => {
  const limited = (perMinute: number, clock = heldClock()) => {
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const gate = turnstile({ name: ':search', atOnce: null, perMinute, longestMs: 60_000, shared: null, log });
    return { clock, engine: careful(duckDuckGo(ask, `${site.url}/html/`), { turnstile: gate, clock }) };
  };

  it('asks one thing once in half an hour', async () => {
    searchAt(site, [{ title: 'Tea', url: 'https://example.org/', excerpt: '' }]);
    const { engine, clock } = limited(100);
    const before = site.asked.length;
    const found = await engine.search('green tea', signal);
    expect(await engine.search(' green  tea ', signal)).toEqual(found);
    expect(site.asked.length - before).toBe(1);
    await clock.advance(31 * 60_000);
    await engine.search('green tea', signal);
    expect(site.asked.length - before).toBe(2);
  });

  it('keeps no failure, and waits for its turn', async () => {
    site.page('/html/', '');
    const { engine } = limited(2);
    await expect(engine.search('one', signal)).rejects.toMatchObject(failed);
    searchAt(site, []);
    expect(await engine.search('one', signal)).toEqual([]);
    const stop = new AbortController();
    const third = engine.search('three', stop.signal);
    stop.abort(new Error('stop'));
    await expect(third).rejects.toThrow('stop');
  });
});
