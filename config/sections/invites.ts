import { z } from 'zod';
import { about } from '../about.ts';

export const invitesSection = z
  .strictObject({
    allow: z
      .array(z.string().min(1))
      .default(['*:{homeserver}'])
      .register(about, {
        description:
          'Whose invitations agents accept: patterns of user ids, in which * stands for any characters and {homeserver} for the ' +
          "agents' own server name. '*' is everybody, '*:example.org' everybody there, [] nobody.",
      }),
  })
  .prefault({})
  .register(about, { description: 'Who may invite agents to rooms.' });
