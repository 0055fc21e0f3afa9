import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { BSON, ObjectId } from 'mongodb';
import { type Answer, answerTo, commandOf, documentOf, onMessage } from './mongo-protocol.ts';

/** Two members of a replica set in front of one server: what they say of themselves is theirs, the rest is the server's. */
export interface MongoSet {
  /** `127.0.0.1:1234,127.0.0.1:1235` */
  readonly hosts: string;
  /** What was asked of the primary, in order: the commands without the documents that they bring along. */
  readonly asked: readonly Answer[];
  /** What was asked of a member that was not the primary, but for looks at the set. */
  readonly refused: readonly string[];
  /** The primary gives up, and the other one is elected: at once, or when `elect` is called. */
  stepDown(how?: { readonly elect: boolean }): void;
  elect(): void;
  /** The next write is done, and its answer is lost with the connection. */
  loseAnswer(): void;
  /** Writes are done, but no majority says so in time. */
  setLag(lags: boolean): void;
  close(): Promise<void>;
}

const looks = new Set(['hello', 'ping', 'buildInfo', 'saslStart', 'saslContinue', 'connectionStatus', 'endSessions']);
const writes = new Set(['insert', 'update', 'delete']);
const notPrimary = { ok: 0, code: 10_107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
const lagging = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' };

interface State {
  readonly to: number;
  readonly hosts: string[];
  readonly asked: Answer[];
  readonly refused: string[];
  readonly open: Set<Socket>;
  /** The answers to writes by session and number: a write that is tried again is not done again. */
  readonly done: Map<string, Answer>;
  primary: number | null;
  term: number;
  losing: boolean;
  lags: boolean;
}

/** A set in front of a server at a port of 127.0.0.1. */
export async function mongoSet(to: number): Promise<MongoSet> {
  const state: State = {
    to,
    hosts: [],
    asked: [],
    refused: [],
    open: new Set(),
    done: new Map(),
    primary: 0,
    term: 1,
    losing: false,
    lags: false,
  };
  const servers = await Promise.all([0, 1].map(member => listen(state, member)));
  state.hosts.push(...servers.map(server => `127.0.0.1:${(server.address() as AddressInfo).port}`));
  const elect = (): void => {
    state.primary = state.term % 2;
    state.term += 1;
  };
  return {
    hosts: state.hosts.join(),
    asked: state.asked,
    refused: state.refused,
    stepDown({ elect: atOnce } = { elect: true }) {
      state.primary = null;
      if (atOnce) elect();
    },
    elect,
    loseAnswer() {
      state.losing = true;
    },
    setLag(lags) {
      state.lags = lags;
    },
    async close() {
      for (const socket of state.open) socket.destroy();
      await Promise.all(servers.map(server => new Promise(resolve => void server.close(resolve))));
    },
  };
}

async function listen(state: State, member: number): Promise<Server> {
  const server = createServer(client => serve(state, member, client)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** One connection of a client, with one to the server: there it signs in. */
function serve(state: State, member: number, client: Socket): void {
  const behind = connect(state.to, '127.0.0.1');
  for (const socket of [client, behind]) {
    state.open.add(socket);
    socket.on('close', () => {
      state.open.delete(socket);
      client.destroy();
      behind.destroy();
    });
  }
  // Requests of one connection are answered in order.
  const waiting: ((reply: Buffer) => void)[] = [];
  onMessage(behind, reply => waiting.shift()?.(reply));
  const ask = (request: Buffer): Promise<Buffer> =>
    new Promise(resolve => {
      waiting.push(resolve);
      behind.write(request);
    });
  onMessage(client, request => void answer(state, member, { request, client, ask }));
}

interface Call {
  readonly request: Buffer;
  readonly client: Socket;
  readonly ask: (request: Buffer) => Promise<Buffer>;
}

async function answer(state: State, member: number, { request, client, ask }: Call): Promise<void> {
  const document = documentOf(request);
  const command = commandOf(document);
  const say = (what: Answer): void => void client.write(answerTo(request, what));
  if (command === 'hello') return say({ ...documentOf(await ask(request)), ...roleOf(state, member) });
  if (looks.has(command)) return void client.write(answerTo(request, documentOf(await ask(request))));
  if (state.primary !== member) {
    state.refused.push(command);
    return say({ ...notPrimary, ...(writes.has(command) ? { errorLabels: ['RetryableWriteError'] } : {}) });
  }
  state.asked.push(document);
  const number =
    writes.has(command) && document.txnNumber ? BSON.EJSON.stringify([document.lsid, document.txnNumber]) : null;
  const known = number === null ? undefined : state.done.get(number);
  const reply = known ?? documentOf(await ask(request));
  if (number !== null) state.done.set(number, reply);
  if (writes.has(command) && state.losing) {
    state.losing = false;
    client.destroy();
  } else say(state.lags && writes.has(command) ? { ...reply, writeConcernError: lagging } : reply);
}

const roleOf = ({ primary, hosts, term }: State, member: number): Answer => ({
  setName: 'rs0',
  setVersion: 1,
  hosts,
  me: hosts[member],
  ismaster: primary === member,
  isWritablePrimary: primary === member,
  secondary: primary !== member,
  ...(primary === null ? {} : { primary: hosts[primary] }),
  ...(primary === member ? { electionId: new ObjectId(term.toString(16).padStart(24, '0')) } : {}),
});
