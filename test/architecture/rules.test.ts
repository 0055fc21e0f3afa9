import { describe, expect, test } from 'vitest';
import { type Module, moduleOf, specifiersOf } from './modules.ts';
import { contracts, directions, exits, lightSchemas, noCycles, resolvable, sdkHomes, sizes } from './rules.ts';

/** A file that imports these. */
const file = (path: string, ...imports: string[]): Module => ({ path, imports, text: '' });

test('every kind of import is seen, and no other text', () => {
  const text = `
import one from './one.ts';
import { a, type b } from "./two.ts";
import type {
  C,
  D,
} from './three.ts';
import * as four from './four.ts';
import './five.ts';
export { e } from './six.ts';
export * from './seven.ts';
const f = await import('./eight.ts');
let g: typeof import('./nine.ts');
const glob = 'src/**/*.ts';
// import no from './comment.ts';
/** import no from './comment.ts'; */
const h = 'from ./no.ts';
export const importance = 'ten';
`;
  const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  expect(specifiersOf(text)).toEqual(names.map(name => `./${name}.ts`));
});

test('imports are resolved to files, packages and parts of Node', () => {
  const text =
    "import a from '../ports/x.ts'; \nimport b from '@langchain/core/messages';\nimport c from 'zod/v4';\nimport 'node:fs';";
  expect(moduleOf('src/core/a.ts', text).imports).toEqual([
    'src/ports/x.ts',
    'npm:@langchain/core',
    'npm:zod',
    'node:fs',
  ]);
});

describe('directions', () => {
  test.each([
    ['src/core/a.ts', 'src/core/b.ts'],
    ['src/core/a.ts', 'npm:zod'],
    ['src/ports/a.ts', 'src/core/b.ts'],
    ['src/orchestrator/a.ts', 'src/telemetry/step.ts'],
    ['src/orchestrator/a/b.ts', 'src/orchestrator/c.ts'],
    ['bridges/matrix/a.ts', 'npm:matrix-js-sdk'],
    ['bridges/matrix/a.ts', 'src/telemetry/log.ts'],
    ['src/data-folder/a.ts', 'src/whole-files.ts'],
    ['src/agents/a/b.ts', 'src/agents/c.ts'],
    ['config/sections/models.ts', 'src/agents/models/model-config.ts'],
    ['src/main.ts', 'bridges/matrix/a.ts'],
    ['src/cli/a.ts', 'src/homeserver/b.ts'],
  ])('%s may import %s', (path, target) => expect(directions([file(path, target)])).toEqual([]));

  test.each([
    ['src/core/a.ts', 'src/ports/b.ts'],
    ['src/core/a.ts', 'node:fs'],
    ['src/core/a.ts', 'npm:yaml'],
    ['src/ports/a.ts', 'src/orchestrator/b.ts'],
    ['src/ports/a.ts', 'npm:yaml'],
    ['src/orchestrator/a.ts', 'bridges/matrix/b.ts'],
    ['src/orchestrator/a.ts', 'src/telemetry/log.ts'],
    ['src/orchestrator/a.ts', 'src/stores/sqlite/b.ts'],
    ['src/orchestrator/a.ts', 'node:crypto'],
    ['bridges/matrix/a.ts', 'bridges/memory/b.ts'],
    ['bridges/matrix/a.ts', 'src/orchestrator/b.ts'],
    ['bridges/matrix/a.ts', 'config/load.ts'],
    ['src/stores/sqlite/a.ts', 'src/stores/memory/b.ts'],
    ['src/agents/a.ts', 'src/homeserver/b.ts'],
    ['src/telemetry/a.ts', 'src/agents/b.ts'],
    ['src/core/a.ts', 'src/whole-files.ts'],
    ['src/whole-files.ts', 'src/homeserver/a.ts'],
    ['config/a.ts', 'src/agents/runtime.ts'],
    ['config/a.ts', 'src/main.ts'],
    ['src/cli/a.ts', 'bridges/matrix/b.ts'],
  ])('%s must not import %s', (path, target) => expect(directions([file(path, target)])).toHaveLength(1));

  test('a file of no layer is refused', () => {
    expect(directions([file('src/utils/a.ts')])).toEqual(['src/utils/a.ts belongs to no layer']);
  });
});

test('each SDK has one home', () => {
  expect(sdkHomes([file('src/agents/a.ts', 'npm:openai'), file('src/data-folder/a.ts', 'node:sqlite')])).toEqual([]);
  const strays = ['npm:openai', 'npm:@langchain/core', 'npm:matrix-js-sdk', 'node:sqlite', 'npm:pino', 'npm:commander'];
  expect(sdkHomes([file('src/compose/a.ts', ...strays)])).toHaveLength(strays.length);
});

test("the schema of an adapter's options brings no SDK along", () => {
  const config = file('config/sections/models.ts', 'src/agents/models/model-config.ts', 'npm:yaml');
  const schema = file('src/agents/models/model-config.ts', 'npm:zod', 'src/agents/models/types.ts');
  expect(lightSchemas([config, schema, file('src/agents/models/types.ts')])).toEqual([]);
  expect(lightSchemas([config, schema, file('src/agents/models/types.ts', 'npm:openai')])).toHaveLength(1);
  expect(lightSchemas([schema, file('src/homeserver/other-config.ts', 'npm:yaml')])).toEqual([]);
});

test('a cycle is found, however long', () => {
  expect(noCycles([file('a', 'b'), file('b', 'c'), file('c')])).toEqual([]);
  expect(noCycles([file('a', 'b'), file('b', 'c'), file('c', 'a')])).toEqual(['a → b → c → a']);
  expect(noCycles([file('a', 'a')])).toEqual(['a → a']);
});

test('a path that leads nowhere is found', () => {
  expect(resolvable([file('a.ts', 'b.ts', 'npm:zod', 'node:fs'), file('b.ts')])).toEqual([]);
  expect(resolvable([file('a.ts', 'b')])).toEqual(['a.ts imports b, which is not there']);
});

test('only main and cli end the process', () => {
  const ending = (path: string): Module => ({ path, imports: [], text: 'process.exit(1);' });
  expect(exits([ending('src/cli.ts'), ending('src/main.ts')])).toEqual([]);
  expect(exits([ending('src/cli/up.ts'), { ...ending('src/core/a.ts'), text: 'process.exitCode = 1' }])).toHaveLength(
    1,
  );
});

test('a long file is found', () => {
  const long = (lines: number): Module => ({ ...file('a.ts'), text: 'x\n'.repeat(lines) });
  expect(sizes([long(250)])).toEqual([]);
  expect(sizes([long(251)])).toHaveLength(1);
});

test('an adapter without its contract test is found', () => {
  const adapters = [file('src/stores/mongo/store.ts'), file('bridges/irc/bridge.ts'), file('src/agents/a.ts')];
  const withContract = file('test/stores/mongo/store.test.ts', 'test/contracts/store.ts');
  const without = file('test/bridges/irc/bridge.test.ts', 'bridges/irc/bridge.ts');
  expect(contracts(adapters, [withContract, without])).toEqual([
    'test/bridges/irc/ runs no contract of test/contracts/',
  ]);
});
