import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { Intake } from '../../src/ports/bridge.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { CallsBack } from './calls-back.ts';
import type { Cipher } from './crypto/cipher.ts';
import type { Gap } from './gap.ts';
import type { Gate } from './gate.ts';
import { type InOrder, inOrder } from './in-order.ts';
import type { MatrixNames } from './names.ts';
import { chatsIn, readTransaction } from './read-transaction.ts';
import type { Sequence } from './sequence.ts';
import { checkToken } from './token.ts';

export interface TransactionsOptions {
  readonly hsToken: string;
  readonly names: MatrixNames;
  readonly log: Log;
  readonly clock: Clock;
  /** Null before the start and after the stop: then the homeserver keeps what it has. */
  readonly intake: () => Intake | null;
  readonly gap: Pick<Gap, 'passed'>;
  readonly sequence: Pick<Sequence, 'lacks' | 'took'>;
  /** Closed while it is looked up what was not delivered before the transaction that is there. */
  readonly doubted: Gate;
  readonly cipher: Cipher | null;
  readonly callsBack: Pick<CallsBack, 'heard'>;
}

/** A homeserver sends one at a time; one that gave up waiting sends the same again. More than so many are for later. */
const mostUnderWay = 16;

// A transaction has at most 100 events of 64 KiB; escapes and `unsigned` may make each several times longer.
const bodyLimit = 64 * 1024 * 1024;

/**
 * The routes that the homeserver calls. Gives back the queue of transactions.
 * https://spec.matrix.org/v1.16/application-service-api/#homeserver---application-service-api
 */
export function mountTransactions(listener: FastifyInstance, options: TransactionsOptions): InOrder {
  const queue = inOrder();
  void listener.register(async scope => {
    scope.removeAllContentTypeParsers();
    // As bytes, so that invalid UTF-8 and bad JSON get Matrix's answers, whatever type the request claims to have.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
    // Before the body is read: a stranger can't make Parley hold 64 MiB.
    scope.addHook('onRequest', async (request, reply) => refuseStrangers(request, reply, options));
    // The last is from before version 1 of the specification, and homeservers fall back to it.
    for (const root of ['/_matrix/app/v1', '']) {
      // Wildcards take ids of any length; `:id` ends at 100 characters.
      scope.put(`${root}/transactions/*`, bounded(), (request, reply) =>
        queue.run(() => take(request, reply, options)),
      );
      scope.get(`${root}/users/*`, (_request, reply) => reply.code(404).send(notFound));
      scope.get(`${root}/rooms/*`, (_request, reply) => reply.code(404).send(notFound));
    }
    scope.post('/_matrix/app/v1/ping', (request, reply) => {
      options.callsBack.heard(bytesOf(request.body));
      return reply.send({});
    });
  });
  return queue;
}

/**
 * Counts those under way, also while their bodies are read. Whoever breaks off gets no answer, so that fastify's `onResponse` is not called; the end of
 * the connection is told in any case.
 */
function bounded(): Pick<RouteShorthandOptions, 'onRequest'> {
  let underWay = 0;
  return {
    async onRequest(_request, reply) {
      underWay += 1;
      reply.raw.once('close', () => {
        underWay -= 1;
      });
      if (underWay > mostUnderWay) return later(reply, 503, 'Too many transactions are under way.');
      return undefined;
    },
  };
}

const notFound = { errcode: 'M_NOT_FOUND', error: 'Parley makes its users and rooms by itself.' };

const refusals = {
  missing: { status: 401, errcode: 'M_MISSING_TOKEN', error: 'The request shows no hs_token.' },
  wrong: { status: 403, errcode: 'M_FORBIDDEN', error: 'The request shows another hs_token.' },
} as const;

function refuseStrangers(request: FastifyRequest, reply: FastifyReply, { hsToken, log }: TransactionsOptions) {
  const verdict = checkToken({ authorization: request.headers.authorization, query: request.query }, hsToken);
  if (verdict === 'accepted') return undefined;
  const { status, ...body } = refusals[verdict];
  log.warn({ from: request.ip, token: verdict }, 'refused a request that is not from the homeserver');
  // A body that nobody reads must not keep the connection.
  return reply.code(status).header('connection', 'close').send(body);
}

async function take(request: FastifyRequest, reply: FastifyReply, options: TransactionsOptions): Promise<FastifyReply> {
  await options.gap.passed(() => chatsIn(bytesOf(request.body)));
  const id = (request.params as { readonly '*': string })['*'];
  await othersFirst(id, options);
  const intake = options.intake();
  if (intake === null) return later(reply, 503, 'Parley is starting or stopping.');
  const { names, cipher, clock } = options;
  const read = await readTransaction(bytesOf(request.body), { names, cipher, receivedAt: clock.now() });
  if (read.kind === 'rejected') {
    options.log.warn({ problem: read.error }, 'refused a transaction');
    return reply.code(400).send({ errcode: read.errcode, error: read.error });
  }
  for (const problem of read.unusable) options.log.warn({ problem }, 'skipped an event');
  for (const event of read.events) {
    if (event.messageType === 'unreadable' && event.why === 'malformed') {
      options.log.warn({ event: event._id, type: event.externalType }, 'recorded an event that is malformed');
    }
  }
  try {
    if (read.events.length > 0) await intake.receive(read.events);
    if (read.grew.length > 0) await intake.grew(read.grew);
  } catch (error) {
    options.log.error({ err: error }, 'could not store a transaction; the homeserver sends it again');
    return later(reply, 500, 'The events could not be stored.');
  }
  options.sequence.took(id);
  return reply.send({});
}

/** What was to come before has its place in the room before. */
async function othersFirst(id: string, { sequence, doubted, intake }: TransactionsOptions): Promise<void> {
  if (!(await sequence.lacks(id))) return;
  const looked = intake()?.doubt();
  if (looked === undefined) return;
  doubted.close();
  void looked.then(doubted.open);
  await doubted.passed();
}

function later(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ errcode: 'M_UNKNOWN', error });
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}
