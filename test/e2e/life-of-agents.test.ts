import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { describeWith } from '../servers.ts';
import { projectFolder } from './driver/parley-process.ts';
import { enter, introduction, World } from './driver/world.ts';

const dora = { id: 'dora', name: 'Dora', description: 'Knows everything about gardens.', skills: ['garden', 'roses'] };

describeWith('synapse', 'the life of agents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
  let world: World;
  let room: string;
  const idOf = (agent: string): string => `@agent-${agent}:${world.credentials.serverName}`;
  const command = (text: string) => world.owner.ask(room, text);
  const out = (agent: string) => world.owner.waitForMembership(room, agent, 'leave', 30_000);

  beforeAll(async () => {
    cpSync(join(projectFolder, 'config', 'agents'), folder, { recursive: true });
    world = await World.start(modelUrl => ({ modelUrl, env: { PARLEY_AGENTS: folder } }));
    room = await world.room(world.owner, [world.agents.parley, world.agents.ada]);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('!agent create gives an account, in the room and in a direct chat', async () => {
    const { owner } = world;
    await command('!agent create Nora "Plans travel." skills: trains, hotels');
    await introduction(owner, room, idOf('nora'));
    expect(owner.view(room).members()).toContain(idOf('nora'));
    const dialogue = await owner.watch.until('a direct chat with Nora', () =>
      owner.watch.directInvites.get(idOf('nora')),
    );
    await enter(owner, dialogue);
    expect((await owner.ask(dialogue, 'Which trains go to Rome?')).sender).toBe(idOf('nora'));
  });

  it('!agent edit changes the profile at once', async () => {
    await command('!agent edit Nora name Norma');
    await world.owner.watch.until('the new name', () =>
      world.owner.view(room).state.get(`m.room.member ${idOf('nora')}`)?.content.displayname === 'Norma'
        ? true
        : undefined,
    );
    expect((await world.owner.profile(idOf('nora'))).displayname).toBe('Norma');
  });

  it('!agent pause and resume', async () => {
    await command('!agent pause Norma');
    await world.owner.say(room, '@Norma hello');
    const isNotice = (body: string): boolean => body.startsWith('Norma is paused');
    await world.owner.waitForMessage(room, ({ sender, body }) => sender === world.agents.parley && isNotice(body));
    await command('!agent resume Norma');
    expect((await world.owner.ask(room, '@Norma hello again')).sender).toBe(idOf('nora'));
  });

  it('!agent retire: a farewell, out of the room, the account kept', async () => {
    await command('!agent retire Norma');
    await out(idOf('nora'));
    const last = world.owner.messages(room).findLast(({ sender }) => sender === idOf('nora'));
    expect(last?.body).toContain('Goodbye');
    expect((await world.owner.profile(idOf('nora'))).displayname).toBe('Norma');
  });

  it('a file is added, broken, put right, changed and removed while Parley runs', async () => {
    const { owner } = world;
    const file = join(folder, 'dora.yaml');
    const lobby = await world.lobby();
    writeFileSync(file, stringify(dora));
    await owner.waitForMembership(lobby, idOf('dora'), 'join', 30_000);
    expect((await owner.ask(lobby, '@Dora how do I cut roses?')).sender).toBe(idOf('dora'));
    writeFileSync(file, 'name: [broken');
    await world.parley.waitForOutput('All agents stay as they are until this is put right');
    expect(world.parley.output).toContain('dora.yaml:1');
    expect((await owner.ask(lobby, '@Dora and when?')).sender).toBe(idOf('dora'));
    writeFileSync(file, stringify({ ...dora, name: 'Dorothea' }));
    await world.parley.waitForOutput('The agents are as their files say again.');
    await owner.watch.until('the new name', () =>
      owner.view(lobby).state.get(`m.room.member ${idOf('dora')}`)?.content.displayname === 'Dorothea'
        ? true
        : undefined,
    );
    rmSync(file);
    await owner.waitForMembership(lobby, idOf('dora'), 'leave', 30_000);
    const last = owner.messages(lobby).findLast(({ sender }) => sender === idOf('dora'));
    expect(last?.body).toContain('Goodbye');
  });

  it('an account that is closed at the end stays closed, and a namesake gets another one', async () => {
    const { owner, parley } = world;
    await parley.stop();
    await parley.start({ config: { retirement: { accounts: 'closed' } } });
    await command('!agent create Otto "Comes and goes."');
    await introduction(owner, room, idOf('otto'));
    await command('!agent retire Otto');
    await out(idOf('otto'));
    const path = `/_synapse/admin/v2/users/${encodeURIComponent(idOf('otto'))}`;
    const isClosed = async () => (await owner.request<{ deactivated: boolean }>('GET', path)).deactivated;
    await expect.poll(isClosed, { timeout: 10_000 }).toBe(true);
    await command('!agent create Otto "Is somebody else."');
    const namesake = await owner.waitForMessage(
      room,
      ({ body }) => body.includes('Is somebody else.') && body.startsWith('Hello'),
    );
    expect(namesake.sender).not.toBe(idOf('otto'));
    expect((await owner.ask(room, '@Otto hello')).sender).toBe(namesake.sender);
  });
});
