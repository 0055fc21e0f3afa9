import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { processesIn } from './driver/child.ts';
import { signIn } from './driver/people.ts';
import { World } from './driver/world.ts';

describeWith('synapse', '1. starting and stopping', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.stop());

  it('prints the homeserver, an account, the rooms to look into, and which model answers', async () => {
    const { parley } = world;
    const { credentials } = parley;
    for (const shown of [credentials.homeserver, credentials.userId, credentials.password, 'Lobby', 'scripted']) {
      await parley.waitForOutput(shown);
    }
    for (const name of ['Ada', 'Bruno', 'Clara']) await parley.waitForOutput(name);
    expect(parley.output).not.toMatch(/\bat .+\.ts:\d+/);
  });

  it('keeps the credentials in a file that only its owner may read', () => {
    const { parley, agents } = world;
    expect(statSync(parley.data).mode & 0o777).toBe(0o700);
    expect(statSync(join(parley.data, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(parley.credentials.homeserver).toContain(String(parley.homeserverPort));
    expect(parley.credentials.userId).toMatch(new RegExp(`^@.+:${parley.credentials.serverName}$`));
    expect(parley.credentials.lobby).toMatch(/^!/);
    const ids = [agents.ada, agents.bruno, agents.clara];
    expect(parley.credentials.agents).toEqual(expect.arrayContaining(ids));
  });

  it('refuses politely to run twice in one folder, and leaves the first one alone', async () => {
    const second = await world.parley.run(['up'], 20_000);
    expect(second.code).not.toBe(0);
    expect(second.output).toMatch(/already runs|already running/i);
    expect(second.output).not.toMatch(/\bat .+\.ts:\d+/);
    const dialogue = await world.ownersDialogue(world.agents.ada);
    expect((await world.owner.ask(dialogue, 'still there?')).text).toContain('still there?');
  });

  it('ends all that it started on Ctrl-C, and goes on in seconds where it stood', async () => {
    const { parley, owner, agents, model } = world;
    const before = parley.credentials;
    const dialogue = await world.ownersDialogue(agents.ada);
    await owner.ask(dialogue, 'first question');
    expect(await parley.stop()).toBe(0);
    await expect(fetch(`${before.homeserver}/_matrix/client/versions`)).rejects.toThrow();
    expect(processesIn(parley.folder)).toEqual([]);

    expect(await parley.start()).toBeLessThan(20_000);
    expect(parley.credentials).toEqual(before);
    const answer = await owner.ask(dialogue, 'second question');
    expect(answer.sender).toBe(agents.ada);
    expect(model.asked('second question')[0]?.everything).toContain('first question');
    expect(model.asked('first question')).toHaveLength(1);
    const introductions = owner.messages(dialogue).filter(message => message.sender === agents.ada);
    expect(introductions.filter(message => message.mark?.trigger == null).length).toBeLessThanOrEqual(1);
  });

  it('has nothing to warn of at a second start', async () => {
    const log = join(world.parley.data, 'parley.log');
    const before = warnings(log).length;
    await world.parley.stop();
    await world.parley.start();
    const dialogue = await world.ownersDialogue(world.agents.ada);
    await world.owner.ask(dialogue, 'all well?');
    expect(warnings(log).slice(before)).toEqual([]);
  });

  it('starts again after it was killed, though its homeserver still runs', async () => {
    const { parley, owner, agents } = world;
    const dialogue = await world.ownersDialogue(agents.ada);
    await parley.kill();
    await parley.start();
    expect((await owner.ask(dialogue, 'are you back?')).text).toContain('are you back?');
  });

  it('takes the next free port where one is busy, and says so', async () => {
    const { parley } = world;
    await parley.stop();
    const guest = createServer().listen(parley.homeserverPort, '127.0.0.1');
    try {
      await parley.start();
      const { homeserver, userId, password } = parley.credentials;
      expect(new URL(homeserver).port).not.toBe(String(parley.homeserverPort));
      await parley.waitForOutput(String(parley.homeserverPort));
      await parley.waitForOutput(homeserver);
      (await signIn({ homeserver, userId, password })).stop();
    } finally {
      guest.close();
    }
  });
});

/** The lines of the log that are warnings or worse. */
const warnings = (file: string): object[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
    .filter(({ level }) => ['warn', 'error', 'fatal'].includes(level));
