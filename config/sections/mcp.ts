import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';

const server = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9]{0,15}$/, 'small letters and digits, at most 16'),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional(),
    headers: z.record(z.string().regex(/^[\w-]{1,64}$/), z.string().min(1).max(8_000)).default({}),
    internal: z.boolean().default(false),
    command: z.array(z.string().min(1).max(1_000)).min(1).max(50).optional(),
    harmless: z.array(z.string().min(1).max(200)).max(200).default([]),
    tools: z.array(z.string().min(1).max(200)).max(200).nullable().default(null),
  })
  .refine(({ url, command }) => (url === undefined) !== (command === undefined), 'either url or command')
  .refine(({ url, internal }) => internal || url === undefined || url.startsWith('https:'), {
    path: ['url'],
    error: 'https://, or internal: true',
  });

export const mcpSection = z
  .array(server)
  .max(20)
  .refine(all => new Set(all.map(({ name }) => name)).size === all.length, 'another name for each server')
  .default([])
  .register(about, {
    description:
      'Servers of the Model Context Protocol, whose tools agents may call in the work on tasks: at an address, or as a command in the workspace. A ' +
      'person allows each call but of those that harmless names (docs/how-to/use-mcp-servers.md).',
    example: [
      {
        name: 'weather',
        url: 'https://mcp.example.org/mcp',
        headers: { authorization: `Bearer ${reference('WEATHER_TOKEN')}` },
        harmless: ['forecast'],
      },
      { name: 'sqlite', command: ['mcp-server-sqlite', '--db-path', 'src/data.db'] },
    ],
  });
