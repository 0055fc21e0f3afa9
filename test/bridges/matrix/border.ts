import { fastify } from 'fastify';
import { onTestFinished } from 'vitest';
import { callsBack } from '../../../bridges/matrix/calls-back.ts';
import { makeGate } from '../../../bridges/matrix/gate.ts';
import { makeSequence } from '../../../bridges/matrix/sequence.ts';
import { mountTransactions } from '../../../bridges/matrix/transactions.ts';
import type { Intake } from '../../../src/ports/bridge.ts';
import { noSignals, type Signals } from '../../../src/ports/signals.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { type Taken, taking } from '../../contracts/bridge/world.ts';
import { identity, names } from './fake-world.ts';
import { keptLog } from './kept-log.ts';

export interface Put {
  readonly body?: string | Buffer;
  readonly token?: string | null;
  readonly url?: string;
  readonly contentType?: string | null;
}

/** The border to the homeserver alone, with an intake in memory. */
export function border(given?: () => Intake | null, signals: Signals = noSignals) {
  const listener = fastify();
  const log = keptLog();
  const taken: Taken = taking();
  const intake = given ?? (() => taken);
  mountTransactions(listener, {
    hsToken: identity.hsToken,
    names,
    log,
    clock: systemClock,
    intake,
    gap: { passed: async chats => void chats() },
    sequence: makeSequence({ signals, clock: systemClock }),
    doubted: makeGate(systemClock),
    cipher: null,
    callsBack: callsBack(),
  });
  onTestFinished(() => listener.close());

  async function put({ body = '{"events":[]}', token = identity.hsToken, url, contentType = 'application/json' }: Put) {
    const response = await listener.inject({
      method: 'PUT',
      url: url ?? '/_matrix/app/v1/transactions/1',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(contentType === null ? {} : { 'content-type': contentType }),
      },
      payload: body,
    });
    return {
      status: response.statusCode,
      body: response.body,
      errcode: (response.json() as { errcode?: string }).errcode,
    };
  }

  return { listener, log, taken, put };
}
