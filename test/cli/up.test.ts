import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ready } from '../../src/cli/ready.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

const ready: Ready = {
  homeserver: 'http://localhost:8008',
  serverName: 'localhost',
  account: '@mara:localhost',
  password: 'correct horse',
  rooms: [],
  agents: [],
  orchestrator: null,
  model: { name: 'demo', isDemo: true, ok: true },
  part: null,
  tookMs: 4_200,
};

test.each([
  { json: [], where: 'parley.log' },
  { json: ['--json'], where: 'standard output' },
])('the log ($where) says when Parley was ready, and why it ended, without the password', async ({ json }) => {
  const cwd = tempFolder();
  mkdirSync(join(cwd, '.parley'));
  const person = new AbortController();
  const { stdout } = await parley(['up', ...json], {
    cwd,
    signal: person.signal,
    main: {
      async up({ progress }) {
        progress.readyBox(ready);
        person.abort(new Error('stopped by SIGTERM'));
      },
    },
  });
  const text = json.length > 0 ? stdout : readFileSync(join(cwd, '.parley', 'parley.log'), 'utf8');
  const told = text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { msg: string; why?: string });
  expect(told.map(({ msg }) => msg)).toEqual(['Parley is ready', 'Parley has ended']);
  expect(told.at(-1)?.why).toBe('stopped by SIGTERM');
  expect(text).not.toContain('correct horse');
});
