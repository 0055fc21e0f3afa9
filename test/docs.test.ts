import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { environmentVariables } from '../config/environment.ts';
import { errorCodes } from '../src/core/errors.ts';
import { readModules } from './architecture/modules.ts';
import { anchors, codeRows, links, projectFiles, readProjectFile, sections } from './docs/markdown.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readProjectFile(root, path);
const pages = projectFiles(root, ['.md']);
const source = readModules(root, ['src', 'bridges', 'sandboxes', 'config']);

test('docs/errors.md explains every code, and no other', () => {
  expect(sections(read('docs/errors.md'))).toEqual(errorCodes);
});

test('every error code is used', () => {
  const text = source
    .filter(({ path }) => path !== 'src/core/errors.ts')
    .map(module => module.text)
    .join();
  expect(Object.keys(errorCodes).filter(code => !text.includes(`'${code}'`))).toEqual([]);
});

test('docs/dependencies.md gives a reason for every package, and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const rows = codeRows(read('docs/dependencies.md'));
  expect(rows.map(([name]) => name).sort()).toEqual(
    [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort(),
  );
  expect(rows.filter(([, why = '']) => why.length < 5)).toEqual([]);
});

test('the table of environment variables is the one of the schema', () => {
  const code = (text: string | undefined) => (text ? `\`${text}\`` : '');
  const rows = environmentVariables.map(({ name, path, default: fallback, description }) => [
    name,
    code(path?.join('.')),
    code(fallback),
    description,
  ]);
  expect(codeRows(read('docs/configuration.md'))).toEqual(rows);
});

test('every environment variable that the source reads is known, and every known one is read', () => {
  const ofTheSystem = ['PATH', 'HOME', 'TERM', 'DOCKER_HOST', 'DOCKER_TLS_VERIFY'];
  const known = environmentVariables.map(({ name }) => name);
  const text = source.map(module => module.text).join('\n');
  const named = [...text.matchAll(/\benv\.([A-Z][A-Z0-9_]*)\b/g)].map(match => match[1] ?? '');
  expect(named.filter(name => !known.includes(name) && !ofTheSystem.includes(name))).toEqual([]);
  const elsewhere = source
    .filter(({ path }) => path !== 'config/environment.ts')
    .map(module => module.text)
    .join('\n');
  expect(known.filter(name => !new RegExp(`\\b${name}\\b`).test(elsewhere))).toEqual([]);
});

test('every relative link leads somewhere', () => {
  const broken = pages.flatMap(page =>
    links(read(page))
      .filter(target => !/^[a-z]+:/.test(target) && !leads(page, target))
      .map(target => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

function leads(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchors(read(file)).includes(anchor);
}

test('every page that the source or the configuration names is there', () => {
  const named = source.flatMap(({ text }) => text.match(/\bdocs\/[\w/-]+\.md\b/g) ?? []);
  expect([...new Set(named)].filter(page => !pages.includes(page))).toEqual([]);
});

test('every decision is in the list of decisions', () => {
  const records = pages
    .filter(page => /^docs\/adr\/(?!0000)\d{4}-/.test(page))
    .map(page => page.slice('docs/adr/'.length));
  expect(links(read('docs/adr/README.md')).filter(target => !target.startsWith('0000'))).toEqual(records.sort());
});

test('no file names a folder of somebody’s machine', () => {
  const files = projectFiles(root, ['.md', '.ts', '.js', '.json', '.yaml', '.yml', '.txt', '.sh', '.npmrc']);
  const machine = /(?<![\w.~}-])\/(?:work|root|Users|home\/(?!user\b|node\b)\w+)\//;
  expect(files.filter(file => machine.test(read(file)))).toEqual([]);
});

test('every folder of the source stands in the tree of docs/orientation.md, or the folder that it is a part of; and no other', () => {
  const [tree = ''] = read('docs/orientation.md').split('\nImports go');
  const listed = codeRows(tree).flatMap(([cell = '']) => cell.split(', ').filter(path => /^src\/.*\/$/.test(path)));
  const folders = [...new Set(source.map(({ path }) => `${dirname(path)}/`))].filter(path => /^src\/./.test(path));
  // The orchestrator has a row for each of its parts.
  const row = (folder: string): string => /^src\/(?:orchestrator\/)?[^/]+\//.exec(folder)?.[0] ?? folder;
  expect(folders.map(row).filter(folder => !listed.includes(folder))).toEqual([]);
  expect(listed.filter(one => !folders.some(folder => folder.startsWith(one)))).toEqual([]);
});
