import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { processesIn } from './driver/child.ts';
import type { Person } from './driver/person.ts';
import { World } from './driver/world.ts';

describeWith('synapse', 'those who watch Parley', () => {
  let world: World;
  let mara: Person;
  let room: string;
  let url: string;

  beforeAll(async () => {
    world = await World.start();
    url = JSON.parse(readFileSync(join(world.parley.data, 'monitoring.json'), 'utf8')).url;
    mara = await world.newPerson('Mara');
    room = await world.dialogue(mara, world.agents.ada);
  });
  afterAll(() => world?.stop());

  const metrics = async (): Promise<Map<string, number>> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return new Map(
      [...text.matchAll(/^([a-z_]+(?:\{.*\})?) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
    );
  };
  const readyz = async () => {
    const response = await fetch(`${url}/readyz`);
    const body = (await response.json()) as { readonly parts: readonly object[] };
    return { status: response.status, body };
  };
  /** What is told is at most a second old. */
  const until = async <T>(what: string, look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
    for (let left = 300; left > 0; left -= 1) {
      const seen = await look();
      if (holds(seen)) return seen;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`Waited for ${what} in vain.`);
  };

  it('see what was said and answered, and how long it took', async () => {
    const answers = 'parley_turns_total{kind="answer",outcome="answered"}';
    const before = await metrics();
    await mara.ask(room, 'How are you?');
    const counted = (seen: Map<string, number>) => (seen.get(answers) ?? 0) > (before.get(answers) ?? 0);
    const after = await until('the answer to be counted', metrics, counted);
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(more('parley_messages_total{direction="in",from="person"}')).toBe(1);
    expect(more('parley_messages_total{direction="out",from="agent"}')).toBe(1);
    expect(more(answers)).toBe(1);
    expect(more('parley_answer_seconds_count')).toBe(1);
    for (const step of ['decided', 'waited', 'thought', 'shown', 'finished'])
      expect(more(`parley_answer_step_seconds_count{step="${step}"}`), step).toBe(1);
    expect([...after.keys()].filter(name => /^parley_model_calls_total.*answered/.test(name))).toHaveLength(1);
    expect(after.get('parley_homeserver_requests_total{outcome="taken"}')).toBeGreaterThan(5);
    expect(after.get('parley_ready{part="homeserver"}')).toBe(1);
    expect([...after.keys()].filter(name => name.includes('!') || name.includes('@'))).toEqual([]);
  });

  it('are told by the command line how Parley is', async () => {
    const { code, output } = await world.parley.run(['status']);
    expect(output).toContain('is ready');
    expect(output).toMatch(/✓ homeserver +answers at http/);
    expect(code).toBe(0);
    const json = await world.parley.run(['status', '--json']);
    expect(JSON.parse(json.output)).toMatchObject({ ready: true, pid: world.parley.pid, rooms: { more: false } });
  });

  it('learn that the homeserver hangs, or is gone, and that it is back, while health stays', async () => {
    expect(await readyz()).toMatchObject({ status: 200, body: { ready: true } });
    const [synapse = 0] = processesIn(join(world.parley.data, 'homeserver'));
    expect(synapse).toBeGreaterThan(0);
    process.kill(synapse, 'SIGSTOP');
    const hanging = await until('the homeserver to be missed', readyz, ({ status }) => status === 503);
    expect(hanging.body.parts).toContainEqual({ name: 'homeserver', ok: false, detail: 'no answer within 2 s' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    process.kill(synapse, 'SIGCONT');
    await until('the homeserver to be back', readyz, ({ status }) => status === 200);
    process.kill(synapse, 'SIGKILL');
    await until('the homeserver to be missed again', readyz, ({ status }) => status === 503);
    await until('another homeserver', readyz, ({ status }) => status === 200);
    await mara.ask(room, 'Are you still there?');
  });

  it('find nothing any more when Parley has ended', async () => {
    await world.parley.stop();
    expect(existsSync(join(world.parley.data, 'monitoring.json'))).toBe(false);
    const { code, output } = await world.parley.run(['status']);
    expect(code).toBe(1);
    expect(output).toContain('does not run');
  });
});
