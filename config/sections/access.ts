import { z } from 'zod';
import { type Permission, permissions, roles } from '../../src/core/access.ts';
import { toolNames } from '../../src/core/work-tools.ts';
import { about } from '../about.ts';

const role = z.enum(roles);
const least = (fallback: z.infer<typeof role>, description: string) =>
  role.default(fallback).register(about, { description });

const needs = {
  invite: least('user', 'To invite agents to rooms.'),
  command: least('user', 'To use commands, and reactions that act (🛑, 🔁). `!help` is for everybody.'),
  floor: least('admin', 'To rule the floor of every room. Who leads a room, or moderates it, may do so there anyway.'),
  agents: least('admin', 'To make, change and retire agents.'),
  budgets: least('admin', 'To raise limits.'),
  approve: least('admin', 'To allow what agents may not do by themselves (✅ and ❌ in the thread of a task).'),
} satisfies Record<Permission, z.ZodType>;

export const accessSection = z
  .strictObject({
    people: z
      .record(z.string().min(1), role)
      .default({ '*:{homeserver}': 'user' })
      .register(about, {
        description:
          `The roles of people (${roles.join(', ')}), by user id: as it is, or as a pattern in which * stands for any characters; a ` +
          "name without @ and * is a whole server, and {homeserver} stands for the agents' own. What says most counts. Who started " +
          'this installation (`matrix.owner`, or the account that Parley made) is an admin without standing here.',
        example: { '@mara:example.org': 'admin', 'example.org': 'user', '*:spam.example': 'none' },
      }),
    others: role.default('guest').register(about, {
      description:
        'The role of everybody else. Guests may talk with agents where a user has invited these; who is `none` is never answered.',
    }),
    needs: z
      .strictObject(needs)
      .prefault({})
      .register(about, {
        description: `The least role that each of these needs: ${permissions.join(', ')}.`,
      }),
    tools: z
      .partialRecord(z.enum(['admin', 'user', 'guest']), z.array(z.enum(toolNames)))
      .default({})
      .register(about, {
        description:
          'What agents may use for people of a role, of the tools that they have, in answers and in tasks. A role that is left out has all.',
        example: { user: ['ask_colleague', 'web_search', 'read_page'], guest: [] },
      }),
  })
  .prefault({})
  .register(about, { description: 'Who may do what. It is decided by the id of the sender alone.' });
