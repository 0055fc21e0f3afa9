import { z } from 'zod';
import { about } from '../about.ts';

export const auditSection = z
  .strictObject({
    keepDays: z.number().min(1).max(36_500).default(365).register(about, {
      description:
        'How long it is kept who did what; older lines are deleted, and with them events that could not be handled.',
    }),
  })
  .prefault({})
  .register(about, { description: 'The audit: commands, refusals, changes of rules, agents and invitations.' });
