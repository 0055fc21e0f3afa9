import { z } from 'zod';

const needed = ['find', 'insert', 'update', 'remove', 'createIndex'] as const;

const statusSchema = z.object({
  authInfo: z.object({
    authenticatedUsers: z.array(z.unknown()),
    authenticatedUserPrivileges: z
      .array(z.object({ resource: z.record(z.string(), z.unknown()), actions: z.array(z.string()) }))
      .optional(),
  }),
});

/**
 * What the signed-in user may not do in a database, of what Parley needs: from the answer of `connectionStatus`. Nothing where nobody
 * has to sign in, or where the server does not tell.
 */
export function lacksRights(status: unknown, database: string): readonly string[] {
  const parsed = statusSchema.safeParse(status);
  if (!parsed.success || parsed.data.authInfo.authenticatedUsers.length === 0) return [];
  const privileges = parsed.data.authInfo.authenticatedUserPrivileges;
  if (privileges === undefined) return [];
  const actions = new Set(
    privileges.filter(({ resource }) => concerns(resource, database)).flatMap(one => one.actions),
  );
  if (actions.has('anyAction')) return [];
  return needed.filter(action => !actions.has(action));
}

/** A privilege for all collections of the database, or of every database. */
const concerns = (resource: Readonly<Record<string, unknown>>, database: string): boolean =>
  resource.anyResource === true || ((resource.db === database || resource.db === '') && resource.collection === '');
