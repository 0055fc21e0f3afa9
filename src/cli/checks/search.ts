import { type Check, fine, open, wrong } from './check.ts';

/** Agents search the web while they work on tasks; all else works without. */
export const searchCheck: Check = {
  name: 'Web search',
  async run({ main, config, env, signal }) {
    const found = await main.describeSearch({ config, env, signal });
    if (found === null) return open('not wanted (web.search is none)');
    const { engine, why, lasts } = found;
    if (why === null) return fine(`${engine} finds something`);
    return lasts
      ? wrong(`${engine}: ${why}`, 'Correct web in config/parley.yaml (PARLEY_SEARCH…), or set PARLEY_SEARCH=none.')
      : open(`${engine}: ${why}`, 'Agents find nothing in the web meanwhile; web.search names other engines.');
  },
};
