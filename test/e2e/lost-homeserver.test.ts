import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { signIn } from './driver/people.ts';
import { enter, World } from './driver/world.ts';

describeWith('synapse', 'a homeserver that has lost its database', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.stop());

  it('has the same account, new rooms, and agents that answer', async () => {
    const { parley, agents } = world;
    const before = parley.credentials;
    await parley.stop();
    const folder = join(parley.data, 'homeserver');
    const lost = readdirSync(folder).filter(name => name.startsWith('homeserver.db'));
    expect(lost).toContain('homeserver.db');
    for (const name of lost) rmSync(join(folder, name));

    await parley.start();
    await parley.waitForOutput('has lost its database');
    const { lobby, ...others } = parley.credentials;
    expect({ ...others, lobby: before.lobby }).toEqual(before);
    expect(lobby).not.toBe(before.lobby);
    const owner = await signIn(parley.credentials);
    await enter(owner, lobby);
    const answer = await owner.ask(lobby, 'Ada, are you there?');
    expect(answer.sender).toBe(agents.ada);
    owner.stop();
  });
});
