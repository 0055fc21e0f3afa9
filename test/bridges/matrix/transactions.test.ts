import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../../src/core/errors.ts';
import { border } from './border.ts';
import { rawEvent } from './events.ts';
import { identity } from './fake-world.ts';

const body = (...events: unknown[]): string =>
  JSON.stringify({ events, 'de.sorunome.msc2409.ephemeral': [{}], ephemeral: 7 });

describe('the routes of the homeserver', () => {
  it('take a transaction, on the path of today and the one of before', async () => {
    const { put, taken } = border();
    const other = { event_id: '$other' };
    expect(await put({ body: body(rawEvent()) })).toMatchObject({ status: 200, body: '{}' });
    expect((await put({ body: body(rawEvent(other)), url: '/transactions/2' })).status).toBe(200);
    const longId = `/_matrix/app/v1/transactions/${'9'.repeat(500)}`;
    expect((await put({ body: body(), url: longId, contentType: null })).status).toBe(200);
    expect(taken.events.map(({ _id }) => _id)).toEqual([`matrix:${rawEvent().event_id}`, 'matrix:$other']);
  });

  it('answer a ping, and know no users or rooms', async () => {
    const { listener } = border();
    const headers = { authorization: `Bearer ${identity.hsToken}`, 'content-type': 'application/json' };
    const ask = async (method: 'GET' | 'POST', url: string) => {
      const response = await listener.inject({ method, url, headers, ...(method === 'POST' ? { payload: '{}' } : {}) });
      return [response.statusCode, response.body.includes('M_NOT_FOUND')];
    };
    expect(await ask('POST', '/_matrix/app/v1/ping')).toEqual([200, false]);
    expect(await ask('GET', '/_matrix/app/v1/users/@agent-ada:parley.test')).toEqual([404, true]);
    expect(await ask('GET', '/_matrix/app/v1/rooms/%23parley-x:parley.test')).toEqual([404, true]);
    expect(await ask('GET', '/users/x')).toEqual([404, true]);
  });

  it('refuse who has no token, or another', async () => {
    const { put, listener, taken, log } = border();
    const event = body(rawEvent());
    expect(await put({ body: event, token: null })).toMatchObject({ status: 401, errcode: 'M_MISSING_TOKEN' });
    for (const token of ['', 'wrong', `${identity.hsToken}x`, identity.hsToken.slice(1), identity.asToken, 'ö']) {
      expect(await put({ body: event, token }), token).toMatchObject({ status: 403, errcode: 'M_FORBIDDEN' });
    }
    const byQuery = `/_matrix/app/v1/transactions/1?access_token=`;
    expect((await put({ body: event, token: 'wrong', url: byQuery + identity.hsToken })).status).toBe(403);
    expect((await put({ body: event, token: null, url: `${byQuery}wrong` })).status).toBe(403);
    for (const url of ['/_matrix/app/v1/users/x', '/_matrix/app/v1/rooms/x', '/users/x']) {
      expect((await listener.inject({ method: 'GET', url })).statusCode).toBe(401);
    }
    expect(taken.calls).toBe(0);
    expect(log.lines.every(({ level, fields }) => level === 'warn' && !JSON.stringify(fields).includes('secret'))).toBe(
      true,
    );
    expect((await put({ body: event, token: null, url: byQuery + identity.hsToken })).status).toBe(200);
  });

  it('end the connection of who has no token, before the body is read', async () => {
    const { listener } = border();
    const refused = await listener.inject({ method: 'PUT', url: '/_matrix/app/v1/transactions/1', payload: body() });
    expect(refused.headers.connection).toBe('close');
  });

  it('say what is wrong with a body', async () => {
    const { put, log } = border();
    for (const bad of ['', '{', 'nonsense', '{"events":[}', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])]) {
      expect(await put({ body: bad })).toMatchObject({ status: 400, errcode: 'M_NOT_JSON' });
    }
    for (const bad of ['[]', 'null', '7', '{}', '{"events":{}}', '{"events":null}']) {
      expect(await put({ body: bad })).toMatchObject({ status: 400, errcode: 'M_BAD_JSON' });
    }
    expect(log.lines).toHaveLength(11);
  });

  it('take the good events beside a bad one, which is logged once', async () => {
    const { put, taken, log } = border();
    const events = [rawEvent(), { type: 'm.room.message' }, rawEvent({ event_id: '$third' }), null];
    expect((await put({ body: body(...events) })).status).toBe(200);
    expect(taken.events).toHaveLength(2);
    expect(log.lines).toHaveLength(2);
  });

  it('acknowledge nothing that is not stored', async () => {
    const full = new ParleyError('STORE_FULL', 'The disk is full.');
    const { put, log } = border(() => ({
      receive: () => Promise.reject(full),
      gap: async () => undefined,
      catchUp: async () => undefined,
      doubt: async () => undefined,
      grew: async () => undefined,
    }));
    expect(await put({ body: body(rawEvent()) })).toMatchObject({ status: 500, errcode: 'M_UNKNOWN' });
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await border(() => null).put({ body: body(rawEvent()) })).status).toBe(503);
  });

  it('take one transaction after another, also where they come at once', async () => {
    const order: string[] = [];
    const held: (() => void)[] = [];
    const { put } = border(() => ({
      gap: async () => undefined,
      catchUp: async () => undefined,
      doubt: async () => undefined,
      grew: async () => undefined,
      receive: async ([first]) => {
        order.push(`+${first?._id}`);
        await new Promise<void>(resolve => held.push(resolve));
        order.push(`-${first?._id}`);
      },
    }));
    const puts = Promise.all(['$a', '$b', '$c'].map(event_id => put({ body: body(rawEvent({ event_id })) })));
    for (const count of [1, 2, 3]) {
      await expect.poll(() => held.length).toBe(count);
      held.at(-1)?.();
    }
    await puts;
    expect(order).toEqual(['+matrix:$a', '-matrix:$a', '+matrix:$b', '-matrix:$b', '+matrix:$c', '-matrix:$c']);
  });

  it('take a transaction of a hundred of the largest events', async () => {
    const { put, taken } = border();
    const large = { msgtype: 'm.text', body: '"é\u0001'.repeat(12_000) };
    const events = Array.from({ length: 100 }, (_, index) => rawEvent({ event_id: `$${index}`, content: large }));
    expect((await put({ body: body(...events) })).status).toBe(200);
    expect(taken.events).toHaveLength(100);
  });
});
