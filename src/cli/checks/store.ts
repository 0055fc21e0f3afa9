import { type Check, fine, open } from './check.ts';

export const storeCheck: Check = {
  name: 'Store',
  async run({ main, config, env }) {
    const line = await main.describeStore({ config, env });
    return line === null ? open('there is none yet; the first start makes it') : fine(line);
  },
};
