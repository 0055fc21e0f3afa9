import { z } from 'zod';

/** A person's address on Matrix. */
export const userId = () => z.string().regex(/^@[^:\s]+:\S+$/, 'a user id such as @mara:example.org');
