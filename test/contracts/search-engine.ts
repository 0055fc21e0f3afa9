import { expect, it } from 'vitest';
import type { SearchEngine } from '../../src/ports/browsing.ts';
import type { Hit } from '../fakes/web/search.ts';
import type { Answer, Site } from '../fakes/web/site.ts';

interface Given {
  readonly site: () => Site;
  readonly engine: () => SearchEngine;
  /** Where it asks. */
  readonly path: string;
  /** How it answers with these. */
  readonly answers: (hits: readonly Hit[]) => Answer;
}

const { signal } = new AbortController();
const hit = (number: number): Hit => ({
  title: `Title ${number}`,
  url: `https://example.org/${number}`,
  excerpt: `About ${number}`,
});
const failed = { code: 'SEARCH_FAILED' };

/** What every search engine keeps to. */
export function searchEngineContract({ site, engine, path, answers }: Given): void {
  it('gives what was found, the best first, without tags and line ends', async () => {
    site().page(path, answers([{ ...hit(1), excerpt: 'Two\n lines & <b>more</b>' }, hit(2)]));
    const found = await engine().search('tea & <rum>', signal);
    expect(found).toMatchObject([{ title: 'Title 1', url: 'https://example.org/1' }, hit(2)]);
    expect(found[0]?.excerpt).not.toContain('\n');
    expect(new URL(site().asked.at(-1) ?? '', site().url).searchParams.get('q')).toBe('tea & <rum>');
  });

  it('gives nothing where nothing is found', async () => {
    site().page(path, answers([]));
    expect(await engine().search('nothing', signal)).toEqual([]);
  });

  it('gives at most ten, each once, and only addresses of the web', async () => {
    const bad = ['javascript:alert(1)', 'file:///etc/passwd', 'no address'].map(url => ({ ...hit(0), url }));
    site().page(path, answers([...bad, hit(1), hit(1), ...Array.from({ length: 50 }, (_, number) => hit(number))]));
    const found = await engine().search('many', signal);
    expect(found).toHaveLength(10);
    expect(found.map(({ url }) => url).slice(0, 2)).toEqual(['https://example.org/1', 'https://example.org/0']);
  });

  it('bounds long texts', async () => {
    site().page(path, answers([{ ...hit(1), title: 'x'.repeat(100_000), excerpt: 'y'.repeat(100_000) }]));
    expect(JSON.stringify(await engine().search('long', signal)).length).toBeLessThan(2_000);
  });

  it.each([
    ['refuses', 429, ''],
    ['fails', 500, 'oops'],
    ['gives junk', 200, '{"results": 7'],
  ])('fails with words for the model where the engine %s', async (_what, status, body) => {
    site().page(path, (_request, response) => void response.writeHead(status).end(body));
    await expect(engine().search('anything', signal)).rejects.toMatchObject(failed);
  });

  it('fails where the engine gives without end', async () => {
    site().page(path, (_request, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    await expect(engine().search('flood', signal)).rejects.toMatchObject(failed);
  });

  it('is broken off', async () => {
    const stop = new AbortController();
    site().page(path, () => stop.abort(new Error('stop')));
    await expect(engine().search('slow', stop.signal)).rejects.toThrow('stop');
  });
}
