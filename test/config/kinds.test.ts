import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { agentWishes } from '../../src/compose/settings-of.ts';
import { conversationTools } from '../../src/core/conversation-tools.ts';
import { tempFolder } from './temp-folder.ts';

const load = (files: Record<string, string>) => loadConfig({ env: { PARLEY_AGENTS: '.' }, cwd: tempFolder(files) });
const zoe = (rest: string) => `id: zoe\nname: Zoe\ndescription: Does things.\n${rest}`;
const wish = async (files: Record<string, string>) => agentWishes(await load(files))[0];

test('a kind gives tools, and instructions behind those of the agent', async () => {
  const made = await wish({ 'a.yaml': zoe('kind: web\ninstructions: You are Zoe.') });
  expect(made?.instructions).toMatch(/^You are Zoe\.\n\nHow you research/);
  expect(made?.resources.workTools).toEqual(expect.arrayContaining(['web_search', 'read_page']));
  expect(made?.resources.workTools).not.toContain('shell');
  expect(made?.resources.tools).toEqual(conversationTools);
});

test('a further kind is one file, which goes before one that comes along', async () => {
  const kind = 'description: Sails.\ntools: [web_search, tasks]\ninstructions: You sail.';
  const made = await wish({ 'a.yaml': zoe('kind: sailor'), 'kinds/sailor.yaml': kind });
  expect(made).toMatchObject({ instructions: 'You sail.', resources: { tools: ['tasks'], workTools: ['web_search'] } });
  const own = await wish({ 'a.yaml': zoe('kind: web'), 'kinds/web.yaml': kind });
  expect(own?.instructions).toBe('You sail.');
});

test('what its own file names goes before the kind, and without both it has all', async () => {
  const named = await wish({ 'a.yaml': zoe('kind: code\ntools: [web_search, ask_colleague]') });
  expect(named?.resources).toMatchObject({ tools: ['ask_colleague'], workTools: ['web_search', 'ask_colleague'] });
  const plain = await wish({ 'a.yaml': zoe('') });
  expect(plain?.resources).toEqual({ skills: [], tools: conversationTools });
});

test.each([
  [
    'a kind that there is not',
    { 'a.yaml': zoe('kind: pilot') },
    /a\.yaml:4:\d+ kind: there is no kind pilot\. There are .*\bcode, .*; .*pilot\.yaml/,
  ],
  ['a path', { 'a.yaml': zoe('kind: ../../etc/passwd') }, /a\.yaml:4:7 kind: expected the name of a file/],
  [
    'a kind with a mistake',
    { 'a.yaml': zoe('kind: x'), 'kinds/x.yaml': 'description: X\ntools: [shel]' },
    /x\.yaml:2:9 tools/,
  ],
  ['a tool that there is not', { 'a.yaml': zoe('tools: [teleport]') }, /a\.yaml:4:9 tools/],
])('%s is told with its place', async (_what, files, message) => {
  await expect(load(files)).rejects.toThrow(message);
});
