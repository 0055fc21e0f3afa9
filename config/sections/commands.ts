import { z } from 'zod';
import { about } from '../about.ts';

export const commandsSection = z
  .strictObject({
    prefix: z
      .string()
      .regex(/^[\p{L}\p{N}]{0,10}[!$%&=?^|.,;:~§]{1,3}$/u, 'signs such as !, perhaps behind a name, such as p!')
      .default('!')
      .register(about, {
        description:
          'What stands before the name of a command. Where a client sends it, / works too (in Element: //help).',
      }),
  })
  .prefault({})
  .register(about, { description: 'Commands that people write in rooms.' });
