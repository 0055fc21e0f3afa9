import { z } from 'zod';
import { about } from '../about.ts';
import { host } from './host.ts';
import { reference } from './reference.ts';

const address = () => z.url({ protocol: /^https?$/, error: 'an address of http or https' });

export const webSection = z
  .strictObject({
    search: z.enum(['duckduckgo', 'searxng', 'brave', 'none']).default('duckduckgo').register(about, {
      description: 'Where agents that work on tasks search the web: duckduckgo, searxng, brave, or none.',
      env: 'PARLEY_SEARCH',
    }),
    searchUrl: address().nullable().default(null).register(about, {
      description:
        'Where the search engine is, which may be in your own network. Needed for searxng, whose settings have to allow the format json.',
      example: 'http://searxng.internal:8080/',
      env: 'PARLEY_SEARCH_URL',
    }),
    searchKey: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(about, {
        description: 'The key for the search engine. Needed for brave.',
        example: reference('BRAVE_API_KEY'),
        env: 'PARLEY_SEARCH_KEY',
      }),
    searchesPerMinute: z.int().min(1).max(10_000).default(10).register(about, {
      description: 'How often the search engine is asked in a minute, by all processes together where there is Redis.',
    }),
    pages: z.boolean().default(true).register(about, {
      description: 'Whether agents that work on tasks may read pages of the web.',
      env: 'PARLEY_READ_PAGES',
    }),
    allow: z
      .array(z.union([z.literal('*'), host()]))
      .default(['*.wikipedia.org'])
      .register(about, {
        description:
          'Hosts of which any page may be read. Elsewhere a person is asked for addresses that neither people nor search results or pages have named, as an ' +
          'address can carry to its host what an agent knows. *.example.org is all names below it, * every host.',
        example: ['*.wikipedia.org', 'docs.python.org'],
      }),
    internal: z
      .array(host())
      .default([])
      .register(about, {
        description:
          'Hosts whose pages may be read although they are in a private network. Whatever is read in the web may lead agents there.',
        example: ['wiki.internal:8080'],
      }),
  })
  .refine(({ search, searchUrl }) => search !== 'searxng' || searchUrl !== null, {
    path: ['searchUrl'],
    error: 'the address of the SearXNG',
  })
  .refine(({ search, searchKey }) => search !== 'brave' || searchKey !== null, {
    path: ['searchKey'],
    error: 'the key for Brave',
  })
  .prefault({})
  .register(about, { description: 'What agents that work on tasks may search and read in the web.' });
