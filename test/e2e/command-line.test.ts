import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeWith } from '../servers.ts';
import { ParleyProcess } from './driver/parley-process.ts';
import { World } from './driver/world.ts';

describeWith('synapse', 'the command line', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.stop());

  it('checks what is needed, with a mark for each, beside a Parley that runs', async () => {
    const { code, output } = await world.parley.run(['check']);
    for (const subject of [/Node/, /homeserver/i, /registration/i, /model/i, /store/i, /Docker/]) {
      expect(output).toMatch(subject);
    }
    expect(output).toContain('✓');
    expect(code).toBe(0);
  });

  it('names the remedy and fails where the model does not answer', async () => {
    const elsewhere = world.parley.with({ modelUrl: 'http://127.0.0.1:9' });
    const { code, output } = await elsewhere.run(['check']);
    expect(output).toMatch(/✗ Model.*\n\s*→ .*address/);
    expect(code).not.toBe(0);
  });

  it('lists the agents', async () => {
    const { code, output } = await world.parley.run(['agents', 'list']);
    expect(code).toBe(0);
    for (const name of ['Ada', 'Bruno', 'Clara']) expect(output).toContain(name);
  });

  it('prints a registration for a homeserver of one’s own, the same each time', async () => {
    const first = await world.parley.run(['registration']);
    expect(first.code).toBe(0);
    expect(parse(first.output)).toMatchObject({
      url: expect.stringContaining('http'),
      as_token: expect.stringMatching(/^\S{16,}$/),
      hs_token: expect.stringMatching(/^\S{16,}$/),
      sender_localpart: 'parley-service',
      rate_limited: false,
      namespaces: {
        users: [
          { exclusive: true, regex: expect.stringContaining('agent-') },
          { exclusive: true, regex: expect.stringContaining('@parley:') },
        ],
      },
    });
    expect((await world.parley.run(['registration'])).output).toBe(first.output);
  });

  it('tells of a model that there can’t be before anything is started', async () => {
    const parley = await ParleyProcess.prepare({ env: { PARLEY_MODEL: 'gpt-99' } });
    try {
      const { code, output } = await parley.run(['up']);
      expect(code).toBe(1);
      expect(output).toMatch(/^✗ PARLEY_MODEL is "gpt-99"/);
    } finally {
      await parley.dispose();
    }
  });

  it('explains each command', async () => {
    for (const command of [[], ['up'], ['check'], ['registration'], ['agents'], ['chat']]) {
      const { code, output } = await world.parley.run([...command, '--help']);
      expect([command, code]).toEqual([command, 0]);
      expect(output).toContain('Usage: npx parley');
    }
  });

  it('suggests what was meant by an unknown option or command', async () => {
    const option = await world.parley.run(['up', '--jsno']);
    expect(option.code).not.toBe(0);
    expect(option.output).toContain('--json');
    const command = await world.parley.run(['chekc']);
    expect(command.code).not.toBe(0);
    expect(command.output).toContain('check');
  });

  it('names file, line and remedy where the configuration is wrong', async () => {
    const broken = world.parley.with({ config: { conversation: { answerWithinMinuts: 5 } } });
    const { code, output } = await broken.run(['check']);
    expect(code).not.toBe(0);
    expect(output).toMatch(/parley\.yaml:\d+/);
    expect(output).toContain('answerWithinMinutes');
  });
});
