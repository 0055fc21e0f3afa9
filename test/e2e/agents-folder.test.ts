import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { describeWith } from '../servers.ts';
import { clientPath } from './driver/matrix-http.ts';
import { projectFolder } from './driver/parley-process.ts';
import { World } from './driver/world.ts';

const dora = {
  id: 'dora',
  name: 'Dora',
  description: 'Knows everything about gardens.',
  instructions: 'You are Dora, a gardener.',
  skills: ['garden', 'roses', 'compost'],
};

describeWith('synapse', 'the folder of the agents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
  let world: World;

  beforeAll(async () => {
    cpSync(join(projectFolder, 'config', 'agents'), folder, { recursive: true });
    world = await World.start(modelUrl => ({ modelUrl, env: { PARLEY_AGENTS: folder } }));
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('changes the network at the next start: a new file is a new agent, a changed one a changed agent', async () => {
    const mara = await world.newPerson('Mara');
    const ada = readFileSync(join(folder, 'ada.yaml'), 'utf8');
    await world.parley.stop();
    writeFileSync(join(folder, 'dora.yaml'), stringify(dora));
    writeFileSync(join(folder, 'ada.yaml'), ada.replace('name: Ada', 'name: Adele'));
    await world.parley.start();
    const newcomer = `@agent-dora:${world.credentials.serverName}`;
    expect((await mara.profile(newcomer)).displayname).toBe('Dora');
    expect((await mara.profile(world.agents.ada)).displayname).toBe('Adele');
    const marks = clientPath('user', world.owner.id, 'account_data', 'm.direct');
    const direct = (await world.owner.request<Record<string, string[]>>('GET', marks))[newcomer] ?? [];
    expect(direct).toHaveLength(1);
    const own = direct[0] ?? '';
    await world.owner.watch.until(`being in ${own}`, () =>
      world.owner.watch.rooms.get(own)?.membership(world.owner.id),
    );
    expect((await world.owner.ask(own, 'How do I cut roses?')).sender).toBe(newcomer);
    const room = await world.room(mara, [newcomer, world.agents.bruno]);
    expect((await mara.ask(room, 'How do I cut roses in my garden?')).sender).toBe(newcomer);
  });

  it('is told with file and line where a file is wrong', async () => {
    await world.parley.stop();
    appendFileSync(join(folder, 'dora.yaml'), 'colour: green\n');
    world.parley.launch();
    expect(await world.parley.waitForExit()).not.toBe(0);
    expect(world.parley.output).toMatch(/dora\.yaml:\d+/);
    expect(world.parley.output).toContain('colour');
  });
});
