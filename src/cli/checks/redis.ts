import { type Check, fine, open } from './check.ts';

export const redisCheck: Check = {
  name: 'Redis',
  async run({ main, config, env }) {
    const found = await main.describeRedis({ config, env });
    if (found === null) return open('not used: all work stays in one process');
    return [fine(found.detail), ...found.warnings.map(warning => open(warning))];
  },
};
