import { z } from 'zod';
import { about } from '../about.ts';

export const retirementSection = z
  .strictObject({
    finishSeconds: z.int().min(0).max(3_600).default(60).register(about, {
      description: 'How long an agent that is retired may go on with an answer that it has begun; then it is cut.',
    }),
    accounts: z.enum(['kept', 'closed']).default('kept').register(about, {
      description:
        'What becomes of its account: kept, for an agent of the same name later, or closed for good; then that one gets another account.',
    }),
  })
  .prefault({})
  .register(about, { description: 'How agents go that are retired.' });
