import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { toolModel } from './driver/settings.ts';

describeWith('synapse', '20. what was said in an encrypted room before an agent was invited', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({ config: toolModel });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
    // From here on Ada has keys, so that clients can share the history with her.
    await mara.ask(await mara.room({ invite: [world.agents.ada] }), 'good morning');
  });
  afterAll(() => world?.stop());

  const ask = async (room: string, person = mara): Promise<string> =>
    (await person.ask(room, 'And before? [[tool: read_earlier {"messages":10}]]', { timeoutMs: 40_000 })).text;

  it('is read by the agent when it is asked about it, where its inviter shares it, and not answered', async () => {
    const room = await mara.room();
    await mara.say(room, 'the treasure lies under the oak');
    await mara.say(room, 'Ada, dig it up!');
    await mara.bring(room, world.agents.ada);
    const text = await ask(room);
    expect(text).toContain('the treasure lies under the oak');
    expect(text).toContain('Ada, dig it up!');
    expect(mara.answers(room, '').length).toBe(0);
    expect(mara.unreadable(room)).toEqual([]);
  });

  it('is not read where the room shows it to nobody who comes later, and the agent says so', async () => {
    const hidden = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } };
    const room = await mara.room();
    await mara.client.sendStateEvent(room, hidden.type as never, hidden.content as never, '');
    await mara.say(room, 'for our ears only');
    await mara.bring(room, world.agents.ada);
    const text = await ask(room);
    expect(text).not.toContain('for our ears only');
    expect(text).toContain('Nothing can be read from before you came in');
  });
});
