import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { projectFolder } from './driver/parley-process.ts';
import type { SecretPerson } from './driver/secret-person.ts';

const type = 'm.room.encryption';

describeWith('synapse', '22. a room that is encrypted', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  let room: string;

  beforeAll(async () => {
    const preload = [join(projectFolder, 'test', 'e2e', 'programs', 'note-library.ts')];
    world = await ExternalWorld.prepare({ preload });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
  });
  afterAll(() => world?.stop());

  afterEach(() => {
    const { ada, bruno } = world.agents;
    const sent = [ada, bruno].flatMap(agent => mara.wireTypes(room, agent));
    expect(sent).not.toContain('m.room.message');
    expect(mara.unreadable(room)).toEqual([]);
  });

  const setState = (content: object) => mara.client.sendStateEvent(room, type as never, content as never, '');

  async function startAgain(): Promise<void> {
    await world.parley.stop();
    await world.parley.start();
  }

  /** It is answered, now and after a restart. */
  async function goesOn(text: string): Promise<void> {
    expect((await mara.ask(room, `@Ada ${text}`)).text).toContain(text);
    await startAgain();
    expect((await mara.ask(room, `@Ada ${text}, again`)).text).toContain(`${text}, again`);
  }

  it('is the first for which the encryption library is loaded: plain ones pay nothing', async () => {
    const { ada, bruno } = world.agents;
    const loaded = () => world.parley.output.includes('the encryption library is loaded');
    const plain = await mara.room({ encrypted: false, invite: [ada] });
    for (const text of ['in the open', '!help']) await mara.ask(plain, text);
    await mara.bring(plain, bruno);
    await mara.ask(plain, '@Bruno and you?', { from: bruno });
    expect(loaded()).toBe(false);
    room = await mara.room({ encryption: { rotation_period_msgs: 5 }, invite: [ada] });
    await mara.ask(room, 'before');
    expect(loaded()).toBe(true);
  });

  it('goes on as one where a moderator empties its settings, also for an agent that comes in then', async () => {
    await setState({});
    await goesOn('emptied');
    await mara.bring(room, world.agents.bruno);
    const { bruno } = world.agents;
    expect((await mara.ask(room, '@Bruno have you come in?', { from: bruno })).text).toContain('have you come in?');
  });

  it('goes on as one where a moderator takes its settings back', async () => {
    const { event_id } = await setState({ algorithm: 'm.megolm.v1.aes-sha2', rotation_period_msgs: 7 });
    await mara.client.redactEvent(room, event_id);
    await goesOn('taken back');
  });

  it('goes on as it began where a moderator names an encryption that nobody knows', async () => {
    await setState({ algorithm: 'org.example.rot13' });
    await goesOn('named otherwise');
  });

  it('goes on as one where the homeserver says that it is none', async () => {
    await world.parley.stop();
    await world.synapse.end();
    const database = new DatabaseSync(join(world.synapse.folder, 'homeserver.db'));
    const gone = database.prepare('DELETE FROM current_state_events WHERE room_id = ? AND type = ?').run(room, type);
    database.close();
    expect(gone.changes).toBe(1);
    await world.synapse.startAgain();
    await expect(mara.client.getStateEvent(room, type, '')).rejects.toThrow(/not found/i);
    await world.parley.start();
    expect((await mara.ask(room, '@Ada are you still discreet?')).text).toContain('still discreet?');
  });
});
