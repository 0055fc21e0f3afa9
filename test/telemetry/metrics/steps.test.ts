import { describe, expect, it, onTestFinished } from 'vitest';
import { ParleyError } from '../../../src/core/errors.ts';
import { intake } from '../../../src/orchestrator/intake.ts';
import { hearSteps } from '../../../src/telemetry/metrics/hear-steps.ts';
import { testParley } from '../../fakes/installation.ts';
import { silentLog } from '../../fakes/log.ts';
import { keptMeter } from '../../fakes/meter.ts';
import { heldReply } from '../../fakes/runtime.ts';

async function measured() {
  const test = await testParley();
  const meter = keptMeter();
  onTestFinished(hearSteps({ meter, clock: test.clock, log: silentLog }));
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  const ask = async (text: string) => {
    mara.say(chat, text);
    await test.settle();
  };
  return { ...test, meter, mara, chat, ask };
}

describe('the way of an answer', () => {
  it('is measured step by step', async () => {
    const { meter, runtime, clock, ask, settle } = await measured();
    const held = heldReply();
    runtime.answer(held.script);
    await ask('Tell me');
    await clock.advance(2_000);
    held.say('This is a sentence that is long enough to be shown before all of it is there. '.repeat(5));
    await clock.advance(5_000);
    held.end();
    await settle();
    const step = (name: string) => meter.times.get(`parley_answer_step_seconds{${name}}`);
    expect(step('decided')).toEqual([0]);
    expect(step('waited')).toEqual([0]);
    expect(step('thought')).toEqual([2]);
    const [first = 0] = meter.times.get('parley_answer_first_seconds{}') ?? [];
    expect(first).toBeGreaterThanOrEqual(2);
    expect(first).toBeLessThan(7);
    expect(step('shown')?.[0]).toBeCloseTo(first - 2);
    expect(meter.times.get('parley_answer_seconds{}')).toEqual([7]);
    expect(step('finished')?.[0]).toBeCloseTo(7 - first);
  });

  it('is counted once by its outcome, however often the turn is looked at', async () => {
    const { meter, ask, parley, settle, runtime, store } = await measured();
    await ask('one');
    runtime.answer(() => {
      throw new ParleyError('MODEL_TIMEOUT', 'Too slow.');
    });
    await ask('two');
    const turns = await store.collection('turns').find({ where: { state: 'done' }, limit: 10 });
    for (const { _id } of turns) parley.queue.wake('turns', _id);
    await settle();
    expect(Object.fromEntries(meter.counts)).toEqual({
      'parley_turns_total{answer,answered}': 1,
      'parley_turns_total{answer,failed}': 1,
    });
    expect(meter.times.get('parley_answer_seconds{}')).toHaveLength(1);
  });

  it('is not measured for an answer that is made again, as that has not waited since the message', async () => {
    const { meter, ask, mara, chat, bridge, clock, settle } = await measured();
    await ask('one');
    await clock.advance(600_000);
    const shown = [...bridge.network.room(chat).shown.values()].find(({ from }) => from === 'agent:ada');
    if (shown) mara.react(chat, shown.id, '🔁');
    await settle();
    expect(meter.counts.get('parley_turns_total{answer,answered}')).toBe(2);
    expect(meter.times.get('parley_answer_seconds{}')).toHaveLength(1);
  });
});

describe('messages that are read too late', () => {
  it('are counted, and the log has which they are', async () => {
    const meter = keptMeter();
    const { bridge, clock, settle, answers, logged, parley, finding } = await testParley({
      settings: { answerWithinMs: 60_000 },
    });
    onTestFinished(hearSteps({ meter, clock, log: silentLog }));
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    await bridge.stop();
    const late = mara.say(chat, 'Is anybody there?');
    await clock.advance(120_000);
    await bridge.start(intake(parley, finding));
    await settle();
    mara.say(chat, 'And now?');
    await settle();
    expect(answers(chat)).toHaveLength(1);
    expect(meter.counts.get('parley_messages_too_old_total{}')).toBe(1);
    const told = logged.filter(({ message }) => message.includes('too old'));
    expect(told.map(({ fields }) => fields.message)).toEqual([late]);
  });
});
