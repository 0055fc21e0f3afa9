import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { clientPath } from './driver/matrix-http.ts';
import { text } from './driver/room-view.ts';
import { World } from './driver/world.ts';

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

describeWith('synapse', '2. the rooms and the agents in them', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.stop());

  it('has a dialogue with each of three agents', async () => {
    for (const agent of [world.agents.ada, world.agents.bruno, world.agents.clara]) {
      const room = await world.ownersDialogue(agent);
      await world.owner.waitForMembership(room, agent, 'join');
      expect(world.owner.view(room).members().toSorted()).toEqual([agent, world.owner.id].toSorted());
      expect((await world.owner.ask(room, 'hello')).sender).toBe(agent);
    }
  });

  it('has a Lobby with all three and the orchestrator', async () => {
    const { owner, agents } = world;
    const lobby = await world.lobby();
    for (const agent of Object.values(agents)) await owner.waitForMembership(lobby, agent, 'join');
    expect(text(owner.view(lobby).state.get('m.room.name ')?.content.name)).toBe('Lobby');
    expect(owner.view(lobby).members()).toHaveLength(5);
    expect(owner.view(lobby).state.get('m.room.create ')?.content.room_version).toBe('12');
  });

  it('gives every agent a name and an avatar that is a PNG', async () => {
    const names = { ada: 'Ada', bruno: 'Bruno', clara: 'Clara', parley: 'Parley' } as const;
    for (const key of ['ada', 'bruno', 'clara', 'parley'] as const) {
      const profile = await world.owner.profile(world.agents[key]);
      expect(profile.displayname).toBe(names[key]);
      expect(profile.avatar_url).toMatch(/^mxc:\/\//);
      const avatar = await world.owner.download(profile.avatar_url ?? '');
      expect(avatar.headers.get('content-type')).toBe('image/png');
      const bytes = new Uint8Array(await avatar.arrayBuffer());
      expect([...bytes.subarray(0, 8)]).toEqual(pngSignature);
    }
  });

  it('gives the agents different avatars', async () => {
    const profiles = await Promise.all(Object.values(world.agents).map(agent => world.owner.profile(agent)));
    expect(new Set(profiles.map(profile => profile.avatar_url)).size).toBe(4);
  });

  it('shows the agents with name and avatar in the member list', async () => {
    const lobby = await world.lobby();
    const state = world.owner.view(lobby).state.get(`m.room.member ${world.agents.ada}`);
    expect(state?.content.displayname).toBe('Ada');
    expect(state?.content.avatar_url).toMatch(/^mxc:\/\//);
  });

  it('shows the agents as present while Parley runs', async () => {
    await world.lobby();
    for (const agent of Object.values(world.agents)) {
      const path = clientPath('presence', agent, 'status');
      const presence = await world.owner.request<{ presence: string }>('GET', path);
      expect([agent, presence.presence]).toEqual([agent, 'online']);
    }
  });
});
