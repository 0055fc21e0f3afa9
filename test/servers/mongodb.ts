import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';

/** A MongoDB, or what speaks its protocol. */
export interface MongoServer {
  /** The address of a database that nobody else uses. */
  newDatabase(): string;
  /** Drops the databases; ends the server if it was started for the tests. */
  close(): Promise<void>;
}

/** The server of `MONGODB_TEST_URL`, or a FerretDB of one's own. For tests within `describeWith('mongodb', …)`. */
export async function mongoServer(): Promise<MongoServer> {
  const given = process.env.MONGODB_TEST_URL;
  return given ? givenServer(given) : startFerretdb();
}

function givenServer(url: string): MongoServer {
  const made: string[] = [];
  return {
    newDatabase() {
      const at = new URL(url);
      at.pathname = `/parley-test-${randomUUID()}`;
      made.push(at.href);
      return at.href;
    },
    async close() {
      for (const database of made) {
        const client = new MongoClient(database);
        await client.db().dropDatabase();
        await client.close();
      }
    },
  };
}

/** A FerretDB that can be killed and started again. */
export interface FerretdbServer extends MongoServer {
  /** The port at 127.0.0.1; the same after a restart. */
  readonly port: number;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  end(): Promise<void>;
  /** Stops the process without ending it, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on what it kept. */
  start(): Promise<void>;
}

/** Who alone may sign in. */
export interface MongoUser {
  readonly user: string;
  readonly password: string;
}

/** Starts one in a folder of its own, made in `within`. With a user, nobody else is let in; addresses name none. */
export async function startFerretdb(within: string = tmpdir(), user?: MongoUser): Promise<FerretdbServer> {
  const folder = mkdtempSync(join(within, 'parley-mongo-'));
  let running = await startProcess(folder, 0, user);
  const { port } = running;
  const endBy = async (signal: NodeJS.Signals): Promise<void> => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return;
    const ended = once(running.child, 'exit');
    running.child.kill(signal);
    await ended;
  };
  const kill = (): Promise<void> => endBy('SIGKILL');
  return {
    port,
    get pid() {
      return running.child.pid ?? 0;
    },
    kill,
    end: () => endBy('SIGTERM'),
    freeze: () => void running.child.kill('SIGSTOP'),
    thaw: () => void running.child.kill('SIGCONT'),
    newDatabase: () => `mongodb://127.0.0.1:${port}/test_${randomUUID().replaceAll('-', '')}`,
    async start() {
      running = await startProcess(folder, port, user);
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(
  folder: string,
  port: number,
  one?: MongoUser,
): Promise<{ child: ChildProcess; port: number }> {
  const program = process.env.PARLEY_TEST_FERRETDB;
  if (!program) throw new Error('There is no FerretDB. Use this within describeWith("mongodb", …).');
  const args = ['-leashed', '-listen', `127.0.0.1:${port}`, '-folder', folder];
  if (one !== undefined) args.push('-user', one.user, '-password', one.password);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) {
    const at = /^listening on .*:(\d+)$/.exec(line)?.[1];
    if (at !== undefined) return { child, port: Number(at) };
  }
  throw new Error('FerretDB ended while it started; what it said stands above.');
}
