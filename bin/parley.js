#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: the rest is TypeScript, which needs Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(folder, 'node_modules', 'node', 'bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../src/cli.ts');
} else if (existsSync(ownNode)) {
  const cli = join(folder, 'src', 'cli.ts');
  // As in the script "start": what V8 sets aside for young objects otherwise grows by 130 MB under load, and stays.
  const child = spawn(ownNode, ['--max-semi-space-size=16', cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', code => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error(
    `Parley needs Node 24 or newer, and this is ${process.version}. Run "npm ci" in ${folder} (without --ignore-scripts), which puts ` +
      'Node 24 there, or install it from https://nodejs.org.',
  );
  process.exitCode = 1;
}
