import { expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

it.each([
  [[], null],
  [['--base', 'parley-root'], 'parley-root'],
])('sandbox build %j shows what the engine says, and the name of the image', async (options, wanted) => {
  const bases: (string | null)[] = [];
  const { code, stdout } = await parley(['sandbox', 'build', ...options], {
    main: {
      async buildSandbox({ base, onLine, config }) {
        bases.push(base);
        onLine('Step 1/9 : FROM node');
        return config.sandbox.image;
      },
    },
  });
  expect([code, bases]).toEqual([0, [wanted]]);
  expect(stdout).toBe('Step 1/9 : FROM node\nThe image parley-workspace is there. Tasks can work.\n');
});

it('sandbox build says that an image of one’s own has to be made anew from it', async () => {
  const cwd = tempFolder({ 'parley.yaml': 'sandbox: { image: mine }\n' });
  const main = { buildSandbox: async () => 'parley-workspace' };
  const { stdout } = await parley(['sandbox', 'build'], { main, cwd, env: { PARLEY_CONFIG: 'parley.yaml' } });
  expect(stdout).toContain('The image parley-workspace is there. Now make mine from it');
});

it('sandbox build says what to do where no engine answers', async () => {
  const buildSandbox = async (): Promise<never> => {
    throw new ParleyError('SANDBOX_MISSING', 'Work in files and programs needs a Docker engine, and none answers.');
  };
  const { code, stderr } = await parley(['sandbox', 'build'], { main: { buildSandbox } });
  expect(code).toBe(1);
  expect(stderr).toContain('needs a Docker engine, and none answers');
});
