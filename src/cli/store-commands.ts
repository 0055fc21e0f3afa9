import { type Command, Option } from 'commander';
import { type Does, examples } from './examples.ts';

const kinds = ['sqlite', 'mongodb'];

/** What is done with the store as a whole. */
export function addStoreCommands(root: Command, does: Does): void {
  root
    .command('copy')
    .description('move an installation from one store to another, also while it runs')
    .addOption(new Option('--from <store>', 'where it is').choices(kinds).makeOptionMandatory())
    .addOption(new Option('--to <store>', 'where it is to be; it must be empty').choices(kinds).makeOptionMandatory())
    .option('--json', 'print the counts and hashes as JSON')
    .addHelpText(
      'after',
      `${examples(
        'MONGODB_URL=mongodb://localhost/parley npx parley copy --from sqlite --to mongodb',
        'npx parley copy --from mongodb --to sqlite',
      )}\n\nsqlite is parley.db in the data folder, mongodb is MONGODB_URL. Parley may run meanwhile; in the data folder it is asked to end when the copy is\nalmost complete. Broken off, it goes on when it is run again.`,
    )
    .action(does(async () => (await import('./copy.ts')).runCopy));
  root
    .command('migrate')
    .description('say what must be changed in the documents after an update, and change it')
    .option('--yes', 'do it')
    .option('--take-over', 'make a database this installation’s that belonged to one that is gone')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('npx parley migrate', 'npx parley migrate --yes'))
    .action(does(async () => (await import('./migrate.ts')).runMigrate));
}
