import { z } from 'zod';
import { about } from '../about.ts';

export const logSection = z
  .strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').register(about, {
      description: 'What is logged: trace, debug, info, warn, error, fatal or silent.',
      env: 'LOG_LEVEL',
    }),
    texts: z.boolean().default(false).register(about, {
      description: 'Whether the log may hold what people and agents write. For looking into a fault only.',
    }),
    maxFileMiB: z.number().min(0.1).max(10_000).default(16).register(about, {
      description: 'parley.log in the data folder is begun anew at this size; the one before is kept as parley.log.1.',
    }),
  })
  .prefault({})
  .register(about, { description: 'The log: parley.log in the data folder, or standard output with --json.' });
