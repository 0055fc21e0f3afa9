import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '../../e2e/driver/person.ts';
import { toolModel } from '../../e2e/driver/settings.ts';
import { World } from '../../e2e/driver/world.ts';
import { type PostOffice, postOffice } from '../../fakes/post-office.ts';
import { call, type Script } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';
import { describeWith } from '../../servers.ts';

const csv = 'month,sum\nApril,3\nMay,7\nMay,9\n';
const said = { to: ['mara@example.org'], subject: 'Sales by month', text: 'In May it was **8** on average.' };
const files = ['output/plot.png', 'output/report.pdf'];
const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);

/** A model that plots what was attached, makes a PDF of it, mails it, and hands both over. */
const works: Rule = request => {
  const tools = (request.body.tools ?? []).map(({ function: { name } }) => name);
  if (tools.includes('submit_plan'))
    return calls('submit_plan', { steps: ['Plot it', 'Mail it'], checks: ['The plot shows the average'] });
  if (tools.includes('submit_work')) return builds(request);
  if (tools.includes('submit_checks'))
    return calls('submit_checks', { checks: [{ check: 1, passed: true, how: 'I looked at the numbers.' }] });
  return tools.includes('submit_review')
    ? calls('submit_review', { accepted: true, reasons: 'As it was asked.' })
    : undefined;
};

function builds({ body }: ModelRequest): Script {
  const results = (body.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => String(content));
  const attachments = /"attachments":(\[.*?\])/.exec(results.at(-1) ?? '')?.[1];
  switch (results.length) {
    case 0:
      return calls('plot', { kind: 'bar', file: 'attached/sales.csv', x: 'month', y: ['sum'], group: 'mean' });
    case 1:
      return calls('pdf', { markdown: '# Sales\n\n![plot](output/plot.png)\n\nMay: 8' });
    case 2:
      return calls('email', { ...said, attachments: files.map(path => ({ path })) });
    case 3:
      return calls('email', { ...said, attachments: JSON.parse(attachments ?? '[]') });
    default:
      return calls('submit_work', { summary: `May: 8. ${results[3]}`, files: files.map(path => ({ path })) });
  }
}

describeWith('sandbox', 'a task with a file, a workspace and mail', () => {
  describeWith('synapse', 'in a room', () => {
    let world: World;
    let mara: Person;
    let post: PostOffice;
    const folder = mkdtempSync(join(tmpdir(), 'parley-workspaces-'));

    beforeAll(async () => {
      post = await postOffice();
      const { PARLEY_TEST_SANDBOX: host = '', PARLEY_TEST_WORKSPACE_IMAGE: image = '' } = process.env;
      const mail = {
        host: '127.0.0.1',
        port: post.port,
        security: 'none',
        user: post.user,
        from: 'parley@example.org',
      };
      world = await World.start(url => ({
        config: {
          ...toolModel(url),
          floor: { findBots: false },
          sandbox: { engine: 'docker', image, folder, warm: 0 },
          mail: { ...mail, allow: ['*@example.org'] },
        },
        env: { DOCKER_HOST: host, SMTP_PASSWORD: post.password },
      }));
      world.model.rule(works);
      mara = await world.newPerson('Mara');
    });
    afterAll(async () => {
      await world?.stop();
      post?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('a CSV becomes a plot and a PDF, which come into the thread, and by mail after a ✅', async () => {
      const { ada, bruno, parley } = world.agents;
      const room = await world.room(mara, [ada, bruno, parley], { others: [world.owner] });
      const url = await mara.upload(new TextEncoder().encode(csv), 'text/csv');
      await mara.send(room, 'm.room.message', {
        msgtype: 'm.file',
        body: '!task Plot the monthly average, and mail it to me',
        filename: 'sales.csv',
        url,
        info: { mimetype: 'text/csv', size: csv.length },
      });
      const asked = await mara.waitForMessage(room, ({ body }) => body.includes('✋ May I'), 60_000);
      const shown = JSON.parse(/```json\n(.*?)\n```/s.exec(asked.body)?.[1] ?? '{}');
      expect(shown).toMatchObject({ ...said, attachments: files.map(path => ({ path, sha256: expect.any(String) })) });
      expect(post.mails).toEqual([]);
      await world.owner.react(room, asked.id, '✅');
      const end = await mara.waitForMessage(room, ({ body }) => body.includes('task #1 is done'), 60_000);
      expect(end.body).toContain('Sent to mara@example.org');
      const image = await mara.waitForMessage(
        room,
        ({ msgtype, body }) => msgtype === 'm.image' && body === 'plot.png',
      );
      const pdf = await mara.waitForMessage(room, ({ msgtype, body }) => msgtype === 'm.file' && body === 'report.pdf');
      const bytes = await Promise.all(
        [image, pdf].map(async ({ content }) =>
          Buffer.from(await (await mara.download(String(content.url))).arrayBuffer()),
        ),
      );
      const [mail] = post.mails;
      expect([post.mails.length, mail?.subject, mail?.text?.trim()]).toEqual([1, said.subject, said.text]);
      expect(mail?.attachments.map(({ content }) => content.equals(bytes.shift() ?? Buffer.alloc(0)))).toEqual([
        true,
        true,
      ]);
      expect(world.parley.output).not.toContain('a-mail-secret');
      const [file = ''] = globSync(join(folder, '*', 'tasks', '*', 'README.md'));
      const readme = readFileSync(file, 'utf8');
      expect(readme).toContain('# Task #1:');
      expect(readme).toContain('`output/report.pdf`');
    }, 180_000);
  });
});
