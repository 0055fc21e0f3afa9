import { expect, test } from 'vitest';
import { type Config, loadConfig } from '../../config/load.ts';
import { matchScore } from '../../src/core/floor-policies/best-match.ts';
import { agentId } from '../../src/core/ids.ts';
import { tempFolder } from './temp-folder.ts';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const load = (files: Record<string, string | Uint8Array>) =>
  loadConfig({ env: { PARLEY_AGENTS: '.' }, cwd: tempFolder(files) });
const yaml = (id: string, name: string, rest = '') => `id: ${id}\nname: ${name}\ndescription: Does things.\n${rest}`;

test('one agent a file, in the order of the names of the files, the orchestrator last', async () => {
  const { agents } = await load({ 'a.yaml': yaml('zoe', 'Zoe'), 'b.yml': yaml('max', 'Max'), 'README.md': 'no' });
  expect(agents.map(({ id, role }) => [id, role])).toEqual([
    ['zoe', 'agent'],
    ['max', 'agent'],
    ['parley', 'orchestrator'],
  ]);
});

test('a picture is found from the folder of the file, and must be a PNG', async () => {
  const { agents } = await load({ 'a.yaml': yaml('zoe', 'Zoe', 'avatar: zoe.png'), 'zoe.png': png });
  expect(agents[0]?.avatar).toMatch(/\/zoe\.png$/);
  const wrong = load({ 'a.yaml': yaml('zoe', 'Zoe', 'avatar: zoe.png'), 'zoe.png': 'GIF89a' });
  await expect(wrong).rejects.toThrow('a.yaml:4:9 avatar: expected a PNG file');
});

test.each([
  ['the same id', { 'a.yaml': yaml('zoe', 'Zoe'), 'b.yaml': yaml('zoe', 'Max') }, 'b.yaml:1:5 id: zoe is taken'],
  ['the same name', { 'a.yaml': yaml('zoe', 'Zoe'), 'b.yaml': yaml('max', 'ZOE') }, 'b.yaml:2:7 name: ZOE is taken'],
  ['the name of one as the id of another', { 'a.yaml': yaml('zoe', 'Max'), 'b.yaml': yaml('max', 'Tom') }, 'is taken'],
  [
    'an owner that is no user id',
    { 'a.yaml': yaml('zoe', 'Zoe', 'owner: bob') },
    'a.yaml:4:8 owner: expected a user id',
  ],
  ['a bad id', { 'a.yaml': yaml('Zoe!', 'Zoe') }, 'a.yaml:1:5 id: expected lower case letters'],
  [
    'a name that could be a command',
    { 'a.yaml': yaml('zoe', '"!help"') },
    'a.yaml:2:7 name: expected a name of letters',
  ],
  ['no name', { 'a.yaml': 'id: zoe\ndescription: Does things.\n' }, 'name: expected string, found nothing'],
  [
    'an unknown option',
    { 'a.yaml': yaml('zoe', 'Zoe', 'skill: [x]') },
    'a.yaml:4:1 skill: there is no such option. Did you mean skills?',
  ],
  ['another orchestrator', { 'a.yaml': yaml('boss', 'Boss', 'role: orchestrator') }, 'parley is the orchestrator'],
  ['parley as an agent', { 'a.yaml': yaml('parley', 'Parley') }, 'parley is the orchestrator'],
])('refuses %s', async (_, files, message) => {
  await expect(load(files)).rejects.toThrow(message);
});

test('a folder that is not there is an error that says so', async () => {
  const loading = loadConfig({ env: { PARLEY_AGENTS: 'nowhere' }, cwd: tempFolder() });
  await expect(loading).rejects.toThrow("The folder of the agents, nowhere, can't be read.");
});

test('the skills of Ada, Bruno and Clara tell them apart', async () => {
  const { agents } = await loadConfig({ env: {}, cwd: tempFolder() });
  // Whoever adds a fourth one may well choose words that one of these has.
  const three = agents.filter(({ id }) => ['ada', 'bruno', 'clara'].includes(id));
  const best = (text: string) => {
    const scored = three.map(agent => ({ agent, score: scoreOf(text, agent) }));
    const [first, second] = scored.sort((one, other) => other.score - one.score);
    return first?.score === second?.score ? 'nobody' : first?.agent.id;
  };
  expect(best('My TypeScript build fails with a stack trace, can somebody debug it?')).toBe('ada');
  expect(best('Should we split the monolith into microservices?')).toBe('ada');
  expect(best('What is the average of 3, 8 and 12?')).toBe('bruno');
  expect(best('Please plot the revenue of this spreadsheet')).toBe('bruno');
  expect(best('Translate this letter into French')).toBe('clara');
  expect(best('Can anybody proofread my blog post?')).toBe('clara');
});

function scoreOf(text: string, { id, name, description, role, skills }: Config['agents'][number]): number {
  return matchScore(text, { _id: agentId(id), name, description, role, resources: { skills, tools: [] } });
}
