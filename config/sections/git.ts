import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';

const host = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/,
        'an address without a path, such as https://github.com',
      ),
    repositories: z
      .array(
        z
          .string()
          .max(300)
          .regex(/^(?:\*|[\w.-]+(?:\/[\w.-]+)*\/(?:\*|[\w.-]+))$/, 'acme/app, acme/* or *'),
      )
      .min(1),
    token: z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[\x21-\x7e]+$/, 'a token without spaces')
      .nullable()
      .default(null),
    username: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^:\s]+$/, 'a name without colon')
      .default('x-access-token'),
    api: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .optional(),
    internal: z.boolean().default(false),
  })
  .refine(({ url, internal }) => internal || url.startsWith('https:'), {
    path: ['url'],
    error: 'Only a server in your own network (internal: true) may be reached without TLS.',
  });

export const gitSection = z
  .strictObject({
    hosts: z
      .array(host)
      .max(100)
      .default([
        { url: 'https://github.com', repositories: ['*'], token: null, username: 'x-access-token', internal: false },
      ])
      .register(about, {
        description:
          'The servers of git repositories that tasks may use, and which repositories of each; the first entry that fits counts. Whoever may ask for tasks ' +
          'reads through them what the token may read. Without a token nothing is pushed, and only what everybody may read is read. api: the address of its ' +
          'API of GitHub’s kind, for issues and pull requests; unset: that of github.com, else /api/v3; null: it has none. internal: it is in your own network.',
        example: [
          { url: 'https://github.com', repositories: ['acme/*'], token: reference('GITHUB_TOKEN') },
          { url: 'https://github.com', repositories: ['*'] },
        ],
      }),
  })
  .prefault({})
  .register(about, {
    description:
      'Git and GitHub for tasks. What is pushed, opened or commented waits for a ✅. See docs/how-to/use-git.md.',
  });
