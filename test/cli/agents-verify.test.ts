import { expect, test } from 'vitest';
import { listVerifications } from '../../src/main.ts';
import { parley } from './terminal.ts';

test('agents verify says that there is no agent of that name, and which one may have been meant', async () => {
  const { code, stderr } = await parley(['agents', 'verify', 'adda'], { main: { listVerifications } });
  expect([code, stderr]).toEqual([1, expect.stringContaining('There is no agent adda. Did you mean ada?')]);
});
