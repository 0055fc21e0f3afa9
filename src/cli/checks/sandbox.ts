import { type Check, fine, open } from './check.ts';

/** Most of Parley works without. */
export const sandboxCheck: Check = {
  name: 'Workspaces',
  async run({ main, config, env, signal }) {
    const found = await main.describeSandbox({ config, env, signal });
    if (found === null) return open('not wanted (sandbox.engine is none)');
    return found.ok ? fine(found.detail) : open(found.detail, found.remedy ?? undefined);
  },
};
