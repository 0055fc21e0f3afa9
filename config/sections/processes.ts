import { z } from 'zod';
import { roles } from '../../src/core/crew.ts';
import { about } from '../about.ts';

export const processesSection = z
  .strictObject({
    role: z
      .enum(roles)
      .default('all')
      .register(about, {
        description:
          'What this process does: bridge takes in what happens in the rooms, worker decides and answers, all does both. bridge and worker ' +
          'need store.url, redis.url and a homeserver of your own.',
        env: 'PARLEY_ROLE',
      }),
  })
  .prefault({})
  .register(about, { description: 'Several processes that share the work, each started with npx parley up.' });
