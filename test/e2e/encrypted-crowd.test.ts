import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentIds, agentsFolder } from '../bench/agents-folder.ts';
import { deviceNotesFile, readNotes } from '../crash/encrypted/key-uses.ts';
import { reusedKeys } from '../crash/encrypted/verify-sealed.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { projectFolder } from './driver/parley-process.ts';
import type { SecretPerson } from './driver/secret-person.ts';

describeWith('synapse', '25. an encrypted room of two people and five agents', () => {
  let world: ExternalWorld;
  let people: SecretPerson[];
  let room: string;
  const agents = agentIds(5).map(id => `@agent-${id}:parley.test`);

  beforeAll(async () => {
    const folder = agentsFolder(agents.length);
    const preload = [join(projectFolder, 'test', 'crash', 'encrypted', 'note-sealed.ts')];
    world = await ExternalWorld.prepare({
      preload,
      env: { PARLEY_AGENTS: folder },
      config: { floor: { findBots: false } },
    });
    await world.parley.start();
    rmSync(folder, { recursive: true });
    const [mara, otto] = [await world.newSecretPerson('Mara'), await world.newSecretPerson('Otto')];
    people = [mara, otto];
    room = await mara.room({ encryption: { rotation_period_msgs: 3 } });
    await mara.client.invite(room, otto.id);
    await otto.enter(room);
    for (const agent of agents) await mara.bring(room, agent);
  });
  afterAll(() => world?.stop());

  it('is read by all of them: each person by each agent, and each agent by both', { timeout: 180_000 }, async () => {
    for (const person of people)
      for (const agent of agents) {
        const text = `a question of ${person.id} to ${agent}`;
        const to = await person.say(room, text, { mentions: [agent] });
        for (const reader of people) {
          const answer = await reader.waitForAnswer(room, to, { from: agent, timeoutMs: 40_000 });
          expect(answer.text).toContain(text);
        }
      }
    for (const person of people) {
      expect(person.unreadable(room)).toEqual([]);
      for (const agent of agents) {
        expect(person.wireTypes(room, agent)).not.toContain('m.room.message');
        expect(new Set(await person.shields(room, agent))).toEqual(new Set([0]));
      }
    }
  });

  it('takes keys to the devices of people, and none from one agent to another', async () => {
    const lines = readFileSync(deviceNotesFile(world.parley.folder), 'utf8').split('\n').filter(Boolean);
    const to = new Set(lines.flatMap(line => (JSON.parse(line) as { to?: string[] }).to ?? []));
    expect(to).toEqual(new Set(people.map(({ id }) => id)));
    const uses = await readNotes(world.parley.folder);
    expect(uses.length).toBeGreaterThan(10);
    expect(reusedKeys(uses)).toEqual([]);
  });
});
