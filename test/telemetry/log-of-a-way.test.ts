import { describe, expect, it, onTestFinished } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { openLog } from '../../src/telemetry/log.ts';
import { hearFacts } from '../../src/telemetry/metrics/hear-facts.ts';
import { hearSteps } from '../../src/telemetry/metrics/hear-steps.ts';
import { noMeter } from '../../src/telemetry/metrics/meter.ts';
import { tapBus } from '../../src/telemetry/metrics/tap-bus.ts';
import { testParley } from '../fakes/installation.ts';

type Line = Readonly<Record<string, unknown>>;

/** A whole Parley that logs all it can, as in a file. */
async function logged(texts = false) {
  const written: string[] = [];
  const log = openLog({ level: 'debug', texts, to: { write: line => written.push(line) } });
  const test = await testParley({ log, tap: (bus, clock) => tapBus(bus, { meter: noMeter, clock, log }) });
  const tap = { meter: noMeter, clock: test.clock, log };
  onTestFinished(hearSteps(tap));
  onTestFinished(hearFacts(tap, () => ({ timeZone: 'UTC', currency: '', priceOf: () => null })).stop);
  const lines = (): Line[] => written.map(line => JSON.parse(line));
  return { ...test, written, lines };
}

describe('the log at level debug', () => {
  it('has one id on all lines of the way of a message, from the intake to the delivery', async () => {
    const { bridge, settle, lines } = await logged();
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    const one = mara.say(chat, 'one');
    await settle();
    const two = mara.say(chat, 'two');
    await settle();
    for (const message of [one, two]) {
      const said = lines()
        .filter(line => line.correlationId === message)
        .map(line => line.step ?? line.msg);
      for (const what of ['MessageReceived', 'SpeakRequested', 'SpeakGranted', 'MessageSent', 'SpeakReleased'])
        expect(said).toContain(what);
      for (const step of ['model.called', 'model.began', 'reply.stored', 'part.sent', 'part.marked', 'turn.done'])
        expect(said).toContain(step);
    }
  });

  it('has it also on the lines of what failed, and of colleagues that were handed over to', async () => {
    const { bridge, settle, lines, runtime } = await logged();
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
    await settle();
    runtime.answer(request => {
      if (request.agent._id === 'ada') return 'I can’t tell.\n\n@Bruno, what do you think?';
      throw new ParleyError('MODEL_TIMEOUT', 'The model took too long.');
    });
    const question = mara.say(chat, '@Ada, what is it?');
    await settle();
    const failure = lines().find(line => line.msg === 'An answer failed.');
    expect(failure).toMatchObject({ code: 'MODEL_TIMEOUT', agent: 'bruno', correlationId: question });
  });

  it('holds words where they are wanted, so that the test below can find them', async () => {
    const { bridge, settle, written, runtime } = await logged(true);
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    runtime.answer(() => {
      throw new Error('marzipan');
    });
    await settle();
    mara.say(chat, 'Hello');
    await settle();
    expect(written.join('')).toContain('marzipan');
  });

  it('holds no word of what people and agents write, and no secret, whatever happens', async () => {
    const { bridge, settle, written, runtime, store, parley } = await logged();
    const words = ['xylophone', 'quagmire', 'marzipan', 'zeppelin', 'wombat'];
    const [asked = '', answered = '', edited = '', thrown = '', command = ''] = words;
    const secrets = ['sk-verysecretkey12345', 'syt_secret_token_abcdef', 'hunter2password'];
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ name: 'A room', invite: ['@agent-ada', '@agent-bruno', '@parley'] });
    await settle();
    runtime.answer(() => `${answered} ${secrets[0]}`);
    const question = mara.say(chat, `@Ada ${asked} ${secrets[1]}`);
    await settle();
    mara.edit(chat, question, `@Ada ${edited}`);
    mara.say(chat, `!${command} ${secrets[2]}`);
    mara.say(chat, `!ask nobody ${command}`);
    await settle();
    const fail = async (error: Error) => {
      runtime.answer(() => {
        throw error;
      });
      mara.say(chat, `@Ada ${asked} again`);
      await settle();
    };
    await fail(new SyntaxError(`Unexpected token in "${thrown}"`));
    await fail(new ParleyError('MODEL_REFUSED', 'Refused.', { cause: new Error(`${thrown} ${secrets[0]}`) }));
    const broken = Object.assign(new Error(`Bad request: ${thrown}`), {
      status: 400,
      headers: { authorization: `Bearer ${secrets[0]}` },
      request: { body: thrown, prompt: thrown },
    });
    await fail(broken);
    mara.redact(chat, question);
    await settle();
    parley.log.error({ err: new Error(thrown, { cause: broken }), turn: { reply: answered } }, 'A fault.');
    await store.close();
    mara.say(chat, `@Ada ${asked} once more`);
    await settle();
    const all = written.join('');
    expect(written.length).toBeGreaterThan(50);
    expect([...words, ...secrets].filter(word => all.includes(word))).toEqual([]);
  });
});
