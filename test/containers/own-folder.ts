import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';

export interface OwnFolder {
  readonly folder: string;
  /** Lets others have it. So does the end of this process. */
  release(): void;
}

const most = 4;

/** Where an engine of the tests listens. */
export const socketIn = (folder: string): string => join(folder, 'docker.sock');

/**
 * The folder of an engine of the tests' own: `name` in `place`, or `name-2` and so on where another run has that one. It is kept, with its images, for the next
 * run. What says that it is taken is a name that only one process has at a time, and that none leaves behind.
 */
export async function ownFolder(place: string, name: string): Promise<OwnFolder> {
  const folders = Array.from({ length: most }, (_, index) => join(place, index === 0 ? name : `${name}-${index + 1}`));
  for (const folder of folders) {
    const taken = await taking(folder);
    if (taken === null) continue;
    // One that a killed run has left behind.
    if (await answers(socketIn(folder))) {
      taken.close();
      continue;
    }
    mkdirSync(folder, { recursive: true });
    return { folder, release: () => void taken.close() };
  }
  throw new Error(
    `other runs of the tests have all of ${folders.join(', ')}; wait for one, set another TMPDIR, or end the engines that killed runs left there`,
  );
}

/** Null: somebody else has it. */
async function taking(folder: string): Promise<Server | null> {
  const server = createServer(socket => socket.destroy()).unref();
  try {
    // Linux keeps such names for as long as who has them lives, and not in a folder.
    server.listen(`\0${folder}`);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
}

async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  const line = createConnection(socket);
  try {
    await once(line, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    line.destroy();
  }
}
