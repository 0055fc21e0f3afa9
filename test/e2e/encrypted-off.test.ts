import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { type AgentIds, introduction, World } from './driver/world.ts';

const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
const unreadable = {
  algorithm: 'm.megolm.v1.aes-sha2',
  ciphertext: 'AwgA',
  session_id: 'x',
  device_id: 'Y',
  sender_key: 'z',
};

describeWith('synapse', '13. an encrypted room, where encryption is switched off', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let elsewhere: string;

  beforeAll(async () => {
    world = await World.start(modelUrl => ({ modelUrl, env: { PARLEY_ENCRYPTION: 'off' } }));
    agents = world.agents;
    mara = await world.newPerson('Mara');
    elsewhere = await world.dialogue(mara, agents.ada);
  });
  afterAll(() => world?.stop());

  function said(room: string, agent: string): RoomMessage[] {
    return mara.messages(room).filter(message => message.sender === agent);
  }

  /** Another room is answered: what came before has reached Parley, and Parley lives. */
  async function answersElsewhere(): Promise<void> {
    expect((await mara.ask(elsewhere, 'marker')).sender).toBe(agents.ada);
  }

  it('is told once, in plain words, that it cannot be read and what to do', async () => {
    const room = await mara.createRoom({ invite: [agents.ada], initial_state: [encryption] });
    const notice = await introduction(mara, room, agents.ada);
    expect(notice.body).toMatch(/encrypt/i);
    expect(notice.body).toMatch(/can(?:'|’|no)t|unable/i);
    expect(notice.body.length).toBeLessThan(600);
    await mara.send(room, 'm.room.encrypted', unreadable);
    await mara.send(room, 'm.room.encrypted', unreadable);
    await answersElsewhere();
    await world.parley.stop();
    await world.parley.start();
    await mara.send(room, 'm.room.encrypted', unreadable);
    await answersElsewhere();
    expect(said(room, agents.ada).filter(message => /encrypt/i.test(message.body))).toHaveLength(1);
    expect(said(room, agents.ada)).toHaveLength(1);
  });

  it('is told when it becomes one', async () => {
    const room = await world.room(mara, [agents.bruno]);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state/m.room.encryption/`;
    await mara.request('PUT', path, { body: encryption.content });
    await mara.send(room, 'm.room.encrypted', unreadable);
    await mara.waitForMessage(room, message => message.sender === agents.bruno && /encrypt/i.test(message.body));
    await mara.send(room, 'm.room.encrypted', unreadable);
    await answersElsewhere();
    expect(said(room, agents.bruno).filter(message => /encrypt/i.test(message.body))).toHaveLength(1);
  });
});
