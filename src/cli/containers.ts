import type { Command } from 'commander';
import { type Does, examples } from './examples.ts';

/** What the services of docker-compose.yml run before all others; by hand it is seldom needed. */
export function addContainers(root: Command, does: Does): void {
  const containers = root
    .command('containers')
    .description('what docker compose up runs first: secrets, the homeserver’s files, the first account')
    .addHelpText(
      'after',
      examples('parley containers prepare /installation', 'parley containers account /installation'),
    );
  containers
    .command('prepare')
    .description('make secrets and files where they are missing; what is there stays')
    .argument('<folder>', 'with a folder for each service')
    .option('--server-name <name>', 'the part after the colon in user ids', 'localhost')
    .option('--homeserver <address>', 'as people’s clients reach the homeserver', 'http://localhost:8008')
    .option('--client <address>', 'where people find Element', 'http://localhost:8080')
    .option('--owner <address>', 'the user id of the first person')
    .addHelpText('after', examples('parley containers prepare /installation --server-name example.org'))
    .action(does(async () => (await import('./containers-run.ts')).runPrepare));
  containers
    .command('account')
    .description('make the first person’s account at the homeserver, where it is missing')
    .argument('<folder>', 'that was prepared')
    .addHelpText('after', examples('parley containers account /installation'))
    .action(does(async () => (await import('./containers-run.ts')).runAccount));
}
