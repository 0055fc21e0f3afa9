import { expect, it } from 'vitest';
import type { Engine, EngineOptions } from '../../../../bridges/matrix/crypto/engine.ts';
import { openedEngine } from '../../../../bridges/matrix/crypto/opened-engine.ts';

it('an encryption library that could not be loaded is loaded by who asks next, and then once', async () => {
  let loads = 0;
  const engine = { close: async () => undefined } as Engine;
  const opened = openedEngine({} as EngineOptions, async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return engine;
  });
  await expect(opened.get()).rejects.toThrow('too many open files');
  expect(await Promise.all([opened.get(), opened.get()])).toEqual([engine, engine]);
  expect(loads).toBe(2);
  await opened.close();
});

it('nothing is loaded to be closed, and what could not be loaded is closed', async () => {
  let loads = 0;
  const opened = openedEngine({} as EngineOptions, async () => {
    loads += 1;
    throw new Error('no such file');
  });
  await opened.close();
  expect(loads).toBe(0);
  await expect(opened.get()).rejects.toThrow();
  await opened.close();
});
