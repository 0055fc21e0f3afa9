import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, type Script } from '../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { toolModel } from './driver/settings.ts';
import { enter, World } from './driver/world.ts';

const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);

/** A model that reads what was attached, where something was, and hands in what it read. */
const works: Rule = request => {
  const tools = (request.body.tools ?? []).map(({ function: { name } }) => name);
  if (tools.includes('submit_plan')) return calls('submit_plan', { steps: ['Do it'], checks: ['It is done'] });
  if (tools.includes('submit_work')) return builds(request);
  if (tools.includes('submit_checks'))
    return calls('submit_checks', { checks: [{ check: 1, passed: true, how: 'I looked.' }] });
  return tools.includes('submit_review') ? calls('submit_review', { accepted: true, reasons: 'Done.' }) : undefined;
};

function builds({ everything, body }: ModelRequest): Script {
  const results = (body.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => String(content));
  if (everything.includes('sales.csv') && results.length === 0) return calls('read_file', { name: 'sales.csv' });
  const content = results.at(-1) ?? 'Snow lies on the roof';
  return calls('submit_work', { summary: 'Here it is.', files: [{ path: 'output/result.txt', content }] });
}

describeWith('synapse', 'where a task is done', () => {
  let world: World;
  let mara: Person;

  beforeAll(async () => {
    world = await World.start(url => ({
      config: { ...toolModel(url), floor: { findBots: false }, sandbox: { engine: 'none' } },
    }));
    world.model.rule(works);
    mara = await world.newPerson('Mara');
  });
  afterAll(() => world?.stop());

  const textIn = async (content: Record<string, unknown>): Promise<string> =>
    (await mara.download(String(content.url))).text();

  it('in a direct chat, with a file in the message that asks, told by the agent there though another one reviews it', async () => {
    const { ada } = world.agents;
    const dialogue = await world.dialogue(mara, ada);
    const csv = 'month,sum\nMay,7\n';
    await mara.send(dialogue, 'm.room.message', {
      msgtype: 'm.file',
      body: '!task Add this up',
      filename: 'sales.csv',
      url: await mara.upload(new TextEncoder().encode(csv), 'text/csv'),
      info: { mimetype: 'text/csv', size: csv.length },
    });
    const card = await mara.waitForMessage(dialogue, ({ body }) => body.startsWith('**Task #1:** Add this up'));
    const file = await mara.waitForMessage(
      dialogue,
      ({ msgtype, thread }) => msgtype === 'm.file' && thread === card.id,
    );
    expect([card.sender, file.sender, await textIn(file.content)]).toEqual([ada, ada, csv]);
    const reviewed = await mara.waitForMessage(dialogue, ({ body }) => body.includes('✅ Accepted: Done.'));
    expect(reviewed.sender).toBe(ada);
    expect(mara.messages(dialogue).some(({ body }) => /(?:Bruno|Clara) reviews it\./.test(body))).toBe(true);
    expect(mara.view(dialogue).members()).toHaveLength(2);
  });

  it('in a room of its own, to which the person is invited, with its card and thread there', async () => {
    const { ada, bruno, parley } = world.agents;
    const room = await world.room(mara, [ada, bruno, parley]);
    await mara.say(room, '!task room Write a haiku about winter');
    const answer = await mara.waitForMessage(room, ({ body }) => body.startsWith('The task is done in a room'));
    expect(answer.body).toContain('You are invited.');
    const [own = ''] = await mara.watch.until('an invitation to the room of the task', () =>
      mara.watch.invites.size > 0 ? [...mara.watch.invites.keys()] : undefined,
    );
    await enter(mara, own);
    const card = await mara.waitForMessage(own, ({ body }) => body.startsWith('**Task #2:** Write a haiku'));
    const file = await mara.waitForMessage(own, ({ msgtype, thread }) => msgtype === 'm.file' && thread === card.id);
    expect(await textIn(file.content)).toBe('Snow lies on the roof');
    expect(mara.messages(room).some(({ body }) => body.startsWith('**Task #2:**'))).toBe(false);
    expect(mara.view(own).members()).toEqual(expect.arrayContaining([mara.id, ada, bruno]));
  });
});
