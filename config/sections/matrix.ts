import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';
import { userId } from './user-id.ts';

const optionalText = () => z.string().min(1).nullable().default(null);
const token = () =>
  z
    .string()
    .regex(/^\S{16,}$/, 'at least 16 characters without spaces')
    .nullable()
    .default(null);

export const matrixSection = z
  .strictObject({
    homeserverUrl: z
      .url({ protocol: /^https?$/, error: 'an address such as https://matrix.example.org' })
      .nullable()
      .default(null)
      .register(about, {
        description: 'A homeserver of your own, as clients reach it. Unset: Parley starts one by itself.',
        env: 'MATRIX_HOMESERVER_URL',
        example: 'https://matrix.example.org',
      }),
    serverName: optionalText().register(about, {
      description: 'The part after the colon in user ids there. Needed with `homeserverUrl`.',
      env: 'MATRIX_SERVER_NAME',
      example: 'example.org',
    }),
    owner: userId().nullable().default(null).register(about, {
      description:
        'Who is invited to the first rooms on a homeserver of your own, and is an admin of this installation.',
      env: 'MATRIX_OWNER',
      example: '@mara:example.org',
    }),
    asToken: token().register(about, {
      description:
        "The registration's `as_token`. Unset: made once and kept in the data folder, where `npx parley registration` reads it.",
      env: 'MATRIX_AS_TOKEN',
      example: reference('MATRIX_AS_TOKEN'),
    }),
    hsToken: token().register(about, {
      description: "The registration's `hs_token`. Set both or neither.",
      env: 'MATRIX_HS_TOKEN',
      example: reference('MATRIX_HS_TOKEN'),
    }),
    encryption: z
      .enum(['required', 'preferred', 'off'])
      .default('preferred')
      .register(about, {
        description:
          'Encrypted rooms. `preferred`: agents read and write there as elsewhere, with keys that are made when they are first needed. `required`: ' +
          'they talk nowhere else, and have their keys from the start. `off`: they say there that they can’t.',
        env: 'PARLEY_ENCRYPTION',
      }),
    homeserverPort: z.int().min(1).max(65_535).default(8008).register(about, {
      description: 'The port of the homeserver that Parley starts by itself; when it is taken, the next free one.',
      env: 'PARLEY_HOMESERVER_PORT',
    }),
    requestsAtOnce: z.int().min(1).max(1_000).nullable().default(null).register(about, {
      description:
        'How many requests to the homeserver may be under way, in all processes together where there is Redis. Unset: any number.',
      example: 50,
    }),
    requestsPerMinute: z.int().min(1).max(1_000_000).nullable().default(null).register(about, {
      description: 'How many requests are sent to the homeserver in a minute, likewise. Unset: any number.',
      example: 3_000,
    }),
  })
  .prefault({})
  .register(about, { description: 'The Matrix homeserver whose users the agents are.' });
