import type { Command } from 'commander';
import { type Does, examples } from './examples.ts';

const passphraseFile = ['--passphrase-file <file>', 'read the passphrase from the first line of a file'] as const;
const json = ['--json', 'print what was done as JSON'] as const;

/** What is done with the data of an installation. */
export function addDataCommands(root: Command, does: Does): void {
  addBackup(root, does);
  addRestore(root, does);
  addExport(root, does);
  addForget(root, does);
}

function addBackup(root: Command, does: Does): void {
  root
    .command('backup')
    .description('copy the installation into one file, also while it runs')
    .argument('[file]', 'a file that is not there yet, or - for standard output; named by the time if left out')
    .option('--encrypt', 'encrypt it with a passphrase, in the format of age')
    .option(...passphraseFile)
    .option(...json)
    .addHelpText(
      'after',
      `${examples(
        'npx parley backup',
        'npx parley backup --encrypt /backups/parley.age',
        'npx parley backup --encrypt --passphrase-file /etc/parley/backup-passphrase - | ssh elsewhere "cat > parley.age"',
      )}\n\nThe passphrase is asked for, or read from PARLEY_BACKUP_PASSPHRASE or the file.\nThe homeserver's own database and config/ are not in it: see docs/how-to/back-up.md.`,
    )
    .action(does(async () => (await import('./backup.ts')).runBackup));
}

function addRestore(root: Command, does: Does): void {
  root
    .command('restore')
    .description('fill an empty installation from a backup')
    .argument('<file>', 'a backup')
    .option('--to-time <time>', 'leave out what was said and done after this time (ISO 8601)')
    .option(...passphraseFile)
    .option(...json)
    .addHelpText(
      'after',
      examples(
        'npx parley restore parley-2026-11-21T08-00-00Z.backup',
        'PARLEY_DATA=/srv/parley npx parley restore /backups/parley.age',
        'npx parley restore --to-time 2026-11-21T07:30:00Z parley.backup',
      ),
    )
    .action(does(async () => (await import('./restore.ts')).runRestore));
}

function addExport(root: Command, does: Does): void {
  root
    .command('export')
    .description('give out what is stored as readable JSON lines')
    .option('--person <address>', 'what is about this person: what they said, could read and asked for')
    .option('--all', 'everything but the keys')
    .option('--out <folder>', 'a file for each collection; - for standard output', '-')
    .addHelpText(
      'after',
      examples('npx parley export --person @mara:example.org > mara.jsonl', 'npx parley export --all --out ./export'),
    )
    .action(does(async () => (await import('./export.ts')).runExport));
}

function addForget(root: Command, does: Does): void {
  root
    .command('forget')
    .description('take out what is stored about a person, also while Parley runs; first says what would go')
    .argument('<person>', 'their address: @mara:example.org')
    .option('--yes', 'do it')
    .option(...json)
    .addHelpText('after', examples('npx parley forget @mara:example.org', 'npx parley forget @mara:example.org --yes'))
    .action(does(async () => (await import('./forget.ts')).runForget));
}
