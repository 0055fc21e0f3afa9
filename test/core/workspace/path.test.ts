import { expect, test } from 'vitest';
import { normalPath, partsOf } from '../../../src/core/workspace/path.ts';

test.each([
  ['src/a.py', 'src/a.py'],
  ['./src//a.py/', 'src/a.py'],
  ['src/../output', 'output'],
  ['', '.'],
  ['a/..', '.'],
  ['..a/b..', '..a/b..'],
])('%j is %j', (given, path) => expect(normalPath(given)).toBe(path));

test.each(['..', '../a', 'a/../../b', '/', '/etc', 'a/../..'])('%j leads outside', path => {
  expect(() => partsOf(path)).toThrow(expect.objectContaining({ code: 'WORKSPACE_OUTSIDE' }));
});

test.each(['a\0', 'x'.repeat(1001)])('what no file can be called is no path', path => {
  expect(() => partsOf(path)).toThrow(expect.objectContaining({ code: 'WORKSPACE_NO_FILE' }));
});
