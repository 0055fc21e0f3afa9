import { type Check, fine, wrong } from './check.ts';

const wanted = 24;

export const nodeCheck: Check = {
  name: 'Node',
  async run() {
    const version = process.versions.node;
    if (Number(version.split('.')[0]) >= wanted) return fine(version);
    return wrong(
      `${version} is too old`,
      `Start Parley by npm (npm start, npx parley), which brings Node ${wanted} along.`,
    );
  },
};
