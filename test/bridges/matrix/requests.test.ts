import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { matrix } from '../../../bridges/matrix/names.ts';
import { pauseBefore } from '../../../bridges/matrix/pause.ts';
import { deliveryTxnId } from '../../../bridges/matrix/txn-id.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import { agentId, agentMember, type ChatId, chatId } from '../../../src/core/ids.ts';
import type { Delivery } from '../../../src/ports/bridge.ts';
import type { Fact } from '../../../src/telemetry/fact.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type FakeWorldOf, fakeWorld } from './fake-world.ts';

const ada = agentId('ada');
let world: FakeWorldOf;
let chat: ChatId;
let count = 0;

beforeAll(async () => {
  world = await fakeWorld();
  await world.bridge.start(taking());
  await world.bridge.ensureAgent(exampleAgent(ada), null);
  const mara = await world.person('mara');
  chat = await mara.createRoom({ invite: [agentMember(ada)] });
  await world.bridge.join(chat, ada);
});
afterAll(() => world.close());
beforeEach(() => {
  world.homeserver.intercept = () => null;
  world.homeserver.requests.length = 0;
});

function delivery(): Delivery {
  count += 1;
  const body = { kind: 'markdown', text: 'hi', notice: false } as const;
  const mark = { turn: 't', part: 0, state: 'complete', trigger: null } as const;
  return { chat, as: ada, deliveryId: `d${count}`, body, thread: null, replyTo: null, people: null, mark };
}

/** What became of each request from now on, as metrics are told. */
function outcomes(): string[] {
  const heard: string[] = [];
  const hear = (fact: unknown): void => void heard.push((fact as Fact & { outcome: string }).outcome);
  subscribe('parley:fact', hear);
  onTestFinished(() => void unsubscribe('parley:fact', hear));
  return heard;
}

/** The first `times` answers to a sending. */
function failing(times: number, status: number, body: object): void {
  let left = times;
  world.homeserver.intercept = request => {
    if (!request.includes('/send/') || left === 0) return null;
    left -= 1;
    return { status, body };
  };
}

describe('a request', () => {
  it('is made again where the homeserver is busy, with the same transaction id', async () => {
    failing(2, 502, {});
    const one = delivery();
    const id = await world.bridge.send(one);
    failing(1, 429, { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 50 });
    expect(await world.bridge.send(one)).toBe(id);
    const sends = world.homeserver.requests.filter(request => request.includes('/send/'));
    expect(sends).toHaveLength(5);
    expect(new Set(sends).size).toBe(1);
    expect(sends[0]).toContain(deliveryTxnId(ada, one.deliveryId));
  });

  it('is not made again where it may not be any more, as after the process was frozen in between', async () => {
    let mayAct = true;
    const guard = (): void => {
      if (!mayAct) throw new ParleyError('PROCESS_GIVEN_UP', 'The others go on without this one.');
    };
    const guarded = await fakeWorld({}, { guard });
    onTestFinished(guarded.close);
    await guarded.bridge.ensureAgent(exampleAgent(ada), null);
    guarded.homeserver.requests.length = 0;
    guarded.homeserver.intercept = () => {
      mayAct = false;
      return { status: 502, body: {} };
    };
    await expect(guarded.bridge.send(delivery())).rejects.toMatchObject({ code: 'PROCESS_GIVEN_UP' });
    expect(guarded.homeserver.requests.filter(request => request.includes('/send/'))).toHaveLength(1);
  });

  it('fails at once where the homeserver says no', async () => {
    failing(9, 403, { errcode: 'M_FORBIDDEN', error: 'not in the room' });
    const forbidden = { code: 'BRIDGE_FORBIDDEN', retry: false };
    await expect(world.bridge.send(delivery())).rejects.toMatchObject(forbidden);
    failing(9, 400, { errcode: 'M_BAD_JSON', error: 'no' });
    const refused = { code: 'BRIDGE_REQUEST_FAILED', retry: false, message: expect.stringContaining('in its log') };
    await expect(world.bridge.send(delivery())).rejects.toMatchObject(refused);
    failing(9, 401, { errcode: 'M_UNKNOWN_TOKEN', error: 'unknown' });
    await expect(world.bridge.send(delivery())).rejects.toMatchObject({ code: 'REGISTRATION_REJECTED' });
    failing(9, 413, { errcode: 'M_TOO_LARGE', error: 'large' });
    await expect(world.bridge.send(delivery())).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      message: expect.stringContaining('max_upload_size'),
    });
    expect(world.homeserver.requests).toHaveLength(4);
  });

  it('counts as taken where the answer is that there is none, and as failed where nothing else may say so', async () => {
    const heard = outcomes();
    const state = await world.bridge.state(chat, ada);
    expect(state).toMatchObject({ name: null, topic: null });
    expect(new Set(heard)).toEqual(new Set(['taken']));
    failing(1, 404, { errcode: 'M_NOT_FOUND', error: 'no such room' });
    await expect(world.bridge.send(delivery())).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED' });
    expect(heard.at(-1)).toBe('failed');
  });

  it('fails for the moment where the answer names no event', async () => {
    failing(9, 200, {});
    const passing = { code: 'BRIDGE_REQUEST_FAILED', retry: true };
    await expect(world.bridge.send(delivery())).rejects.toMatchObject(passing);
    expect(world.homeserver.requests).toHaveLength(1);
  });

  it('makes the agent’s device anew where somebody signed it out', async () => {
    world.homeserver.world.devices.clear();
    await world.bridge.send(delivery());
    expect(world.homeserver.requests[1]).toBe('PUT /devices/PARLEY');
    expect(world.homeserver.requests).toHaveLength(3);
  });

  it('that waits for its next try ends with the bridge', async () => {
    const other = await fakeWorld();
    await other.bridge.ensureAgent(exampleAgent(ada), null);
    other.homeserver.intercept = () => ({ status: 503, body: {} });
    const sending = other.bridge.send({ ...delivery(), chat: chatId(matrix, '!x') });
    const message = expect.stringContaining('after the next start');
    const failed = expect(sending).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED', retry: true, message });
    await expect.poll(() => other.log.lines.length).toBeGreaterThan(0);
    await other.close();
    await failed;
  });

  it('waits longer each time, spread, and at least as long as asked', () => {
    const pauses = [1, 2, 3, 8, 50].map(tries => pauseBefore(tries, null, () => 1));
    expect(pauses).toEqual([100, 200, 400, 10_000, 10_000]);
    expect(pauseBefore(1, null, () => 0)).toBe(50);
    expect(pauseBefore(1, 3_000, () => 1)).toBe(3_000);
  });

  it('is known by an id that is short, safe in a path, and differs by agent', () => {
    const id = deliveryTxnId(ada, 'matrix:$event/ada#0');
    expect(id).toMatch(/^[\w-]{20,40}$/);
    expect(deliveryTxnId(ada, 'matrix:$event/ada#0')).toBe(id);
    expect(deliveryTxnId(agentId('bruno'), 'matrix:$event/ada#0')).not.toBe(id);
  });
});
