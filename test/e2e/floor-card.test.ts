import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { type AgentIds, World } from './driver/world.ts';

describeWith('synapse', 'the floor, as people see it', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let otto: Person;

  beforeAll(async () => {
    world = await World.start();
    agents = world.agents;
    mara = await world.newPerson('Mara');
    otto = await world.newPerson('Otto');
  });
  afterAll(() => world?.stop());

  const isCard = (message: RoomMessage): boolean =>
    message.sender === agents.parley && !message.redacted && message.body.startsWith('**Floor**');
  const cardIn = (room: string, test: (card: RoomMessage) => boolean = () => true): Promise<RoomMessage> =>
    mara.waitForMessage(room, message => isCard(message) && test(message));
  const signs = (room: string, message: string) =>
    mara
      .view(room)
      .reactions(message)
      .filter(({ key }) => key === '⏳');

  it('is a card of @parley and a ⏳ while somebody waits, which both go when nobody does', async () => {
    const room = await world.room(mara, [agents.ada, agents.bruno, agents.parley], { others: [otto] });
    const to = await mara.say(room, '@Ada, @Bruno: what speaks against it? [[slow: 25 words, 200ms]]');
    const card = await cardIn(room);
    expect(card.body).toMatch(/🎤 \*\*Ada\*\* speaks: .*\n\nWaiting:\n1\. Bruno/);
    await mara.watch.until('a ⏳ of Bruno', () => signs(room, to).find(({ sender }) => sender === agents.bruno));
    await mara.waitForAnswer(room, { to, from: agents.bruno });
    await mara.watch.until('no card', () =>
      mara.messages(room).some(isCard) || signs(room, to).length > 0 ? undefined : true,
    );
    expect(mara.messages(room).filter(message => message.id === card.id && message.redacted)).toHaveLength(1);
  });

  it('is asked for with ✋, granted with ✅, and ended with ⏭', async () => {
    const room = await world.room(mara, [agents.ada, agents.parley], { others: [otto] });
    await mara.ask(room, '!floor strategy moderated');
    await mara.ask(room, `!floor moderator ${mara.id}`);
    const card = await cardIn(room, ({ body }) => body.includes('moderator Mara'));
    await otto.react(room, card.id, '✋');
    await cardIn(room, ({ body }) => body.includes('1. Otto'));
    await mara.react(room, card.id, '✅');
    await cardIn(room, ({ body }) => body.includes('🎤 **Otto** speaks'));
    await otto.react(room, card.id, '⏭');
    const end = await cardIn(room, ({ body }) => body.includes('Nobody speaks'));
    expect(end.id).toBe(card.id);
  });

  it('has buttons that come back, where @parley may remove messages', async () => {
    const power_level_content_override = { users: { [agents.parley]: 50 } };
    const room = await world.room(mara, [agents.ada, agents.parley], {
      others: [otto],
      room_version: '12',
      power_level_content_override,
    });
    await mara.ask(room, '!floor moderator @Mara');
    await otto.say(room, '!floor ask');
    const card = await cardIn(room, ({ body }) => body.includes('Otto'));
    const press = async (key: string, shown: string): Promise<void> => {
      await mara.react(room, card.id, key);
      await cardIn(room, ({ body }) => body.includes(shown));
      await mara.watch.until(
        `no ${key} on the card`,
        () =>
          mara
            .view(room)
            .reactions(card.id)
            .every(one => one.key !== key) || undefined,
      );
    };
    await press('⏸', 'on hold');
    await press('▶', 'Otto');
    await press('⏸', 'on hold');
  });
});
