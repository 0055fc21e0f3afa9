import type { Command } from 'commander';
import { type Does, examples } from './examples.ts';

export function addSandbox(root: Command, does: Does): void {
  root
    .command('sandbox')
    .description('the containers in which tasks run commands')
    .addHelpText('after', examples('npx parley sandbox build'))
    .command('build')
    .description('build their image; needs a Docker engine, and once some minutes')
    .option('--base <image>', 'another base, with Node 24: for where no registry of images can be reached')
    .addHelpText(
      'after',
      `${examples('npx parley sandbox build', 'npx parley sandbox build --base parley-root')}\n\nWithout a registry: docs/how-to/workspaces.md.`,
    )
    .action(does(async () => (await import('./sandbox-build.ts')).runSandboxBuild));
}
