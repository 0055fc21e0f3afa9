import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';

export const storeSection = z
  .strictObject({
    url: z
      .string()
      .regex(/^mongodb(?:\+srv)?:\/\/\S+$/, 'an address such as mongodb://user:password@host:27017/parley')
      .nullable()
      .default(null)
      .register(about, {
        description:
          'A MongoDB, or what speaks its protocol, to keep everything in. Unset: parley.db in the data folder. Several processes need one.',
        env: 'MONGODB_URL',
        example: reference('MONGODB_URL'),
      }),
  })
  .prefault({})
  .register(about, { description: 'Where agents, rooms and messages are kept.' });
