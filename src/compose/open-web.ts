import type { Config } from '../../config/load.ts';
import { pageReader } from '../browsing/pages/reader.ts';
import { brave } from '../browsing/search/brave.ts';
import { careful } from '../browsing/search/careful.ts';
import { duckDuckGo } from '../browsing/search/duckduckgo.ts';
import { searxng } from '../browsing/search/searxng.ts';
import type { Main } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { asking } from '../egress/ask.ts';
import { destinationOf, isAmong, placeOf } from '../egress/destination.ts';
import type { SearchEngine } from '../ports/browsing.ts';
import type { Clock } from '../ports/clock.ts';
import type { Turnstile } from '../ports/turnstile.ts';
import type { WorkTools } from '../ports/work-tools.ts';
import type { Reading } from '../tasks/web/read-page.ts';
import { webTools } from '../tasks/web/web-tools.ts';
import type { Offers } from '../tasks/with-tools.ts';

interface Given {
  readonly config: Pick<Config, 'web'>;
  readonly clock: Clock;
  /** Null: nothing is searched. */
  readonly turnstile: Turnstile | null;
  readonly put: () => WorkTools['put'];
}

/** What agents may search and read in the web, as it is configured. */
export function openWeb({ config: { web }, clock, turnstile, put }: Given): Offers {
  const engine = engineOf(web);
  const search = engine === null || turnstile === null ? null : careful(engine, { turnstile, clock });
  return webTools({ search, reading: web.pages ? readingOf(web, clock, put) : null });
}

function readingOf(web: Config['web'], clock: Clock, put: Given['put']): Reading {
  const free = web.allow.map(destinationOf);
  const pages = pageReader({ ask: asking({ internal: web.internal.map(destinationOf) }), clock });
  return { pages, isFree: url => isAmong(free, placeOf(url)), put };
}

const usualUrl = {
  duckduckgo: 'https://html.duckduckgo.com/html/',
  brave: 'https://api.search.brave.com/res/v1/web/search',
};

/** The engine itself may be in the own network, as the operator names it; where it leads to may not. */
function engineOf({ search, searchUrl, searchKey }: Config['web']): SearchEngine | null {
  const ask = asking({ internal: searchUrl === null ? [] : [placeOf(searchUrl)] });
  switch (search) {
    case 'none':
      return null;
    case 'duckduckgo':
      return duckDuckGo(ask, searchUrl ?? usualUrl.duckduckgo);
    case 'searxng':
      return searxng(ask, searchUrl ?? '');
    case 'brave':
      return brave(ask, { url: searchUrl ?? usualUrl.brave, key: searchKey ?? '' });
  }
}

const sample = 'Matrix';
const patienceMs = 10_000;

export const describeSearch: Main['describeSearch'] = async ({ config: { web }, signal }) => {
  const engine = engineOf(web);
  if (engine === null) return null;
  const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    await engine.search(sample, within);
    return { engine: web.search, why: null, lasts: false };
  } catch (error) {
    signal.throwIfAborted();
    if (within.aborted) return { engine: web.search, why: 'It does not answer.', lasts: false };
    if (!(error instanceof ParleyError)) throw error;
    return { engine: web.search, why: error.message, lasts: !error.retry };
  }
};
