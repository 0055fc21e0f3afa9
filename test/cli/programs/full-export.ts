import { dirname } from 'node:path';
import { parley } from '../terminal.ts';

/** Exports more than fits into the folder that is named, and prints how that ended. */
const [, , folder = ''] = process.argv;
const outcome = await parley(['export', '--all', '--out', folder], {
  cwd: dirname(folder),
  main: {
    async exportData({ write }) {
      for (let at = 0; at < 10_000; at++) await write({ collection: 'messages', document: { _id: `${at}` } } as never);
      return 10_000;
    },
  },
});
console.log(JSON.stringify(outcome));
