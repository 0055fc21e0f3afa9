import { describe, expect, it, onTestFinished } from 'vitest';
import { matrix } from '../../../bridges/matrix/names.ts';
import type { HomeserverLimits } from '../../../bridges/matrix/turn-to-ask.ts';
import { type AgentId, agentId, chatId } from '../../../src/core/ids.ts';
import { turnstile } from '../../../src/limits/turnstile.ts';
import type { Delivery } from '../../../src/ports/bridge.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { unlimited } from '../../fakes/homeserver-limits.ts';
import { linkedSignals } from '../../fakes/linked-signals.ts';
import { silentLog } from '../../fakes/log.ts';
import { type FakeWorldOf, fakeWorld } from './fake-world.ts';

const [ada, bruno] = [agentId('ada'), agentId('bruno')];
const taken = { status: 200, body: { event_id: '$sent' } };
const limited = (ms: number) => ({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: ms } });
const proxySaysNo = { status: 429, body: { slow: 'down' } };
let count = 0;

function delivery(as: AgentId): Delivery {
  count += 1;
  const body = { kind: 'markdown', text: 'hi', notice: false } as const;
  const mark = { turn: 't', part: 0, state: 'complete', trigger: null } as const;
  const chat = chatId(matrix, '!room');
  return { chat, as, deliveryId: `d${count}`, body, thread: null, replyTo: null, people: null, mark };
}

/** A process with agents, and when each sending came to the homeserver. */
async function process(limits: HomeserverLimits, answer: () => object | Promise<object> = () => taken) {
  const world: FakeWorldOf = await fakeWorld({}, { limits });
  onTestFinished(() => world.close());
  for (const agent of [ada, bruno]) await world.bridge.ensureAgent(exampleAgent(agent), null);
  const came: number[] = [];
  world.homeserver.intercept = async request => {
    if (!request.includes('/send/')) return null;
    came.push(performance.now());
    return (await answer()) as typeof taken;
  };
  return { ...world, came, say: (as: AgentId) => world.bridge.send(delivery(as)) };
}

describe('a homeserver that asks to be left alone', () => {
  it('is sent nothing of that agent by any process until the time is over, and all of the others', async () => {
    const [signals, theirs] = linkedSignals(2);
    const answers = [limited(400)];
    const one = await process(unlimited(signals), () => answers.pop() ?? taken);
    const other = await process(unlimited(theirs));
    const refused = one.say(ada);
    await expect.poll(() => one.came.length).toBe(1);
    await expect.poll(() => other.log.lines.length + one.log.lines.length).toBeGreaterThan(0);
    const [at = 0] = one.came;
    const waiting = [one.say(ada), other.say(ada)];
    await Promise.all([one.say(bruno), other.say(bruno)]);
    expect(performance.now() - at).toBeLessThan(400);
    await Promise.all([refused, ...waiting]);
    const late = [...one.came.slice(2), ...other.came.slice(1)];
    expect(late).toHaveLength(3);
    for (const moment of late) expect(moment - at).toBeGreaterThanOrEqual(395);
  });

  it('is not asked at all where the answer would come too late', async () => {
    const limits = unlimited();
    const { came, say } = await process(limits);
    limits.backOff.asked(ada, 600_000);
    await expect(say(ada)).rejects.toMatchObject({
      code: 'BRIDGE_REQUEST_FAILED',
      retry: true,
      retryAfterMs: expect.closeTo(600_000, -3),
    });
    expect(came).toEqual([]);
  });

  it('and is no homeserver but a proxy, is left alone by all agents', async () => {
    const limits = unlimited();
    const { say, came } = await process(limits, () => ({ ...proxySaysNo, headers: { 'retry-after': '300' } }));
    await expect(say(ada)).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED', retry: true, retryAfterMs: 300_000 });
    await expect(say(bruno)).rejects.toMatchObject({ code: 'BRIDGE_REQUEST_FAILED', retry: true });
    expect(came).toHaveLength(1);
  });
});

it('no more requests are under way than the homeserver is to have at once', async () => {
  let [running, most] = [0, 0];
  const gate = turnstile({ name: 'h', atOnce: 2, perMinute: null, longestMs: 60_000, shared: null, log: silentLog });
  const { say } = await process({ ...unlimited(), turnstile: gate }, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(resolve => setTimeout(resolve, 20));
    running -= 1;
    return taken;
  });
  await Promise.all(Array.from({ length: 8 }, () => say(ada)));
  expect(most).toBe(2);
});
