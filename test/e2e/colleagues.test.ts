import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { toolModel } from './driver/settings.ts';
import { enter, World } from './driver/world.ts';

describeWith('synapse', 'agents among themselves', () => {
  let world: World;
  let mara: Person;
  let room: string;

  beforeAll(async () => {
    world = await World.start(url => ({ config: toolModel(url) }));
    mara = await world.newPerson('Mara');
    const { ada, bruno, parley } = world.agents;
    room = await world.room(mara, [ada, bruno, parley]);
  });
  afterAll(() => world?.stop());

  it('hand the floor over by a tool: the colleague answers what is asked', async () => {
    const asked = await mara.say(room, '@Ada [[tool: hand_over {"colleague":"Bruno","request":"Check the figures."}]]');
    const answer = await mara.waitForAnswer(room, { to: asked, from: world.agents.ada });
    expect(answer.text).toBe(
      'The tool said: Bruno speaks next, when you have ended. End your answer now; do not repeat the request.\n\n@Bruno: Check the figures.',
    );
    const next = await mara.waitForAnswer(room, { to: answer.message.id, from: world.agents.bruno });
    expect(next.text).toContain('Check the figures.');
  });

  it('ask each other in the room, where question and answer are read', async () => {
    const asked = await mara.say(
      room,
      '@Ada [[tool: ask_colleague {"colleague":"bruno","question":"How many are there?"}]]',
    );
    const question = await mara.waitForMessage(
      room,
      ({ body, sender }) => sender === world.agents.ada && body === '@Bruno: How many are there?',
    );
    expect(question.replyTo).toBe(asked);
    const said = await mara.waitForAnswer(room, { to: question.id, from: world.agents.bruno });
    expect(said.text).toBe('I (Bruno) heard: @Bruno: How many are there?');
    const final = await mara.waitForMessage(room, ({ body }) => body.startsWith('The tool said: Bruno answered:'));
    expect(final.body).toContain(said.text);
    expect(final.replyTo).toBe(asked);
  });

  it('and a person open a chat with chosen members', async () => {
    const link = await mara.ask(room, '!chat @ada @bruno about the release');
    expect(link.text).toMatch(/^Your chat with Ada, Bruno is here: \[the release\]\(https:\/\/matrix\.to\/#\/!/);
    expect(link.message.html).toContain('<a href="https://matrix.to/#/!');
    const opened = decodeURIComponent(/#\/([^?)]+)/.exec(link.text)?.[1] ?? '');
    await enter(mara, opened);
    await mara.waitForMembership(opened, world.agents.ada, 'join');
    await mara.waitForMembership(opened, world.agents.bruno, 'join');
    const why = await mara.waitForMessage(opened, ({ body }) => body.includes('opened this chat'));
    expect([why.sender, why.body]).toEqual([
      world.agents.parley,
      '**Mara** opened this chat with Ada, Bruno. It is about: `the release`',
    ]);
    expect((await mara.ask(opened, '@Bruno: are you there?')).text).toContain('I (Bruno) heard');
  });

  it('and one opens a chat for the person who asks it to', async () => {
    const answer = await mara.ask(room, '@Ada [[tool: open_chat {"members":[],"about":"the two of us"}]]');
    const opened = decodeURIComponent(/#\/([^?)]+)/.exec(answer.text)?.[1] ?? '');
    await enter(mara, opened);
    expect((await mara.ask(opened, 'Hello')).text).toBe('I (Ada) heard: Hello');
  });
});
