import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';

/** As `src/keys/local/key-set.ts` reads them. */
const masterKey = () =>
  z
    .string()
    .regex(/^(?:[0-9a-fA-F]{64}|[\w+/-]{43}=?)$/, '32 random bytes, such as openssl rand -base64 32 prints')
    .nullable()
    .default(null);

export const keysSection = z
  .strictObject({
    master: masterKey().register(about, {
      description: 'The master key: 32 random bytes in Base64 or hexadecimal digits. Unset: the key file has it.',
      env: 'PARLEY_MASTER_KEY',
      example: reference('PARLEY_MASTER_KEY'),
    }),
    formerMaster: masterKey().register(about, {
      description: 'The master key before that, until `npx parley keys rotate --master` has gone through.',
      env: 'PARLEY_MASTER_KEY_FORMER',
      example: reference('PARLEY_MASTER_KEY_FORMER'),
    }),
    file: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(about, {
        description:
          'The key file, from the folder where Parley is started; made where there is none. Unset: master.key in the data folder, which ' +
          'protects a stolen database or backup, but not a stolen folder.',
        env: 'PARLEY_KEY_FILE',
        example: '/etc/parley/master.key',
      }),
    rotateDays: z.number().min(1).max(3650).default(90).register(about, {
      description: 'After so many days a new key seals the store; what is there is sealed anew while Parley runs.',
    }),
  })
  .prefault({})
  .register(about, { description: 'The keys that the store is sealed with (docs/how-to/keys.md).' });
