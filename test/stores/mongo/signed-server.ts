import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type FerretdbServer, type MongoUser, startFerretdb } from '../../servers/mongodb.ts';

/** A server of the tests' own that lets in one user, for the tests of a `describeWith('mongodb', …)`. Where another server is given, they are skipped. */
export function signedServer(user: MongoUser): () => FerretdbServer {
  let server: FerretdbServer | undefined;
  beforeEach(context =>
    context.skip(process.env.PARLEY_TEST_FERRETDB === undefined, 'MONGODB_TEST_URL names the server'),
  );
  beforeAll(async () => {
    if (process.env.PARLEY_TEST_FERRETDB !== undefined) server = await startFerretdb(undefined, user);
  });
  afterAll(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('The server is there within a test.');
    return server;
  };
}
