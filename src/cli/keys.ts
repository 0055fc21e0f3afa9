import type { Command } from 'commander';
import { type Does, examples } from './examples.ts';

export function addKeys(root: Command, does: Does): void {
  const keys = root
    .command('keys')
    .description('the keys that the store is sealed with')
    .addHelpText('after', examples('npx parley keys list', 'npx parley keys rotate'));
  keys
    .command('list')
    .description('list the keys: which is in use, since when, and what wraps it')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples('npx parley keys list', 'npx parley keys list --json'))
    .action(does(async () => (await import('./keys-list.ts')).runKeysList));
  keys
    .command('rotate')
    .description('make a new key and seal everything with it, also while Parley runs')
    .option('--master', 'also wrap all keys by a new master key')
    .addHelpText('after', examples('npx parley keys rotate', 'npx parley keys rotate --master'))
    .action(does(async () => (await import('./keys-rotate.ts')).runKeysRotate));
}
