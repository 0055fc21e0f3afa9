import { findDocker } from '../../homeserver/docker-engine.ts';
import { type Check, fine, open } from './check.ts';

export const dockerCheck: Check = {
  name: 'Docker',
  async run({ env, signal }) {
    const search = await findDocker(env, signal);
    return search.engine === undefined ? open(`not used: ${search.why}`) : fine(search.engine.version);
  },
};
