import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The end of `.ci/run`, from the folder of its results: what is red or skipped, and "N passed, N failed, N skipped", whatever is in the files.
const read = name => {
  try {
    return readFileSync(join(process.argv[2], name), 'utf8');
  } catch {
    return '';
  }
};
const lines = name =>
  read(name)
    .split('\n')
    .filter(line => line !== '');
const red = lines('red');
const skipped = lines('skipped');

/** Of a run that was cut off the report may be, too. */
const reportOf = (engine, name) => {
  if (skipped.some(line => line.startsWith(`${engine}:`))) return { testResults: [] };
  try {
    const report = JSON.parse(read(name));
    if (Array.isArray(report.testResults)) return report;
  } catch {}
  return { testResults: [], isBroken: true };
};
const failedIn = (engine, { testResults, isBroken = false }) => [
  ...(isBroken ? [`✗ ${engine}: its report can't be read`] : []),
  ...testResults.flatMap(({ name, assertionResults = [] }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `✗ ${engine}: ${fullName} (${name})`),
  ),
];

const reports = ['docker', 'podman', 'docker-userns'].map(engine => [
  engine,
  reportOf(engine, engine === 'docker' ? 'tests.json' : `tests-${engine}.json`),
]);
const sum = what => reports.reduce((total, [, { [what]: count = 0 }]) => total + count, 0);
const failed = reports.flatMap(([engine, report]) => failedIn(engine, report));
if (red.length > 0) console.log(`\n=== What is red\n${red.join('\n')}`);
for (const test of failed) console.log(test);
for (const line of skipped) console.log(`– skipped: ${line}`);
const passed = sum('numPassedTests');
const count = Math.max(failed.length, red.filter(line => line.startsWith('✗')).length);
const left = sum('numPendingTests') + sum('numTodoTests') + skipped.length;
console.log(`${passed} passed, ${count} failed, ${left} skipped`);
process.exitCode = count === 0 && passed > 0 ? 0 : 1;
