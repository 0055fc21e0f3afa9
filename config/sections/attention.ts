import { z } from 'zod';
import { about } from '../about.ts';

const weight = (value: number, description: string) =>
  z.number().min(0).max(1_000).default(value).register(about, { description });

export const attentionSection = z
  .strictObject({
    atOnce: z.int().min(1).max(1_000).default(8).register(about, {
      description: 'In how many dialogues an agent works at once. What is more waits, and is told so.',
    }),
    weights: z
      .strictObject({
        mention: weight(3, 'The agent was asked in a group.'),
        directMessage: weight(4, 'One person alone with the agent.'),
        deadline: weight(5, 'What waits is due.'),
        relationship: weight(1, 'The agent spoke there within the last ten minutes.'),
        waiting: z.number().min(0.01).max(1_000).default(1).register(about, {
          description: 'Each minute of waiting. Never 0, so that nobody waits for ever.',
        }),
      })
      .prefault({})
      .register(about, { description: 'What counts how much when it is chosen which dialogue is next.' }),
  })
  .prefault({})
  .register(about, { description: 'What an agent attends to first when many speak to it.' });
