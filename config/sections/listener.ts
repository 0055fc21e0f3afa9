import { z } from 'zod';
import { about } from '../about.ts';

export const listenerSection = z
  .strictObject({
    port: z.int().min(1).max(65_535).default(8070).register(about, {
      description: 'The port for transactions and health; when it is taken, the next free one.',
      env: 'PARLEY_PORT',
    }),
    url: z
      .url({ protocol: /^https?$/, error: 'an address such as http://parley.internal:8070' })
      .nullable()
      .default(null)
      .register(about, {
        description: 'How the homeserver reaches Parley. Unset: 127.0.0.1 and the port above.',
        env: 'PARLEY_LISTENER_URL',
        example: 'http://parley.internal:8070',
      }),
    host: z.string().min(1).default('127.0.0.1').register(about, {
      description: 'The address to listen on. 0.0.0.0 where the homeserver is on another machine or in a container.',
      env: 'PARLEY_LISTEN_HOST',
    }),
  })
  .prefault({})
  .register(about, { description: 'Where the homeserver delivers what happens in the rooms.' });
