/** A part of the code and what it may import. A pattern that ends with a slash is a folder with all that is in it. */
export interface Layer {
  readonly name: string;
  /** The paths that belong to it. */
  readonly holds: RegExp;
  /** What it may import besides its own folder. */
  readonly may: readonly string[];
}

const domain = ['src/core/', 'src/ports/'];
const anyPackage = ['npm:', 'node:'];
/** What every adapter may import besides packages: the domain, and the little that they share. */
const busParts = ['group', 'line', 'check-subscription', 'dead-letters', 'retry-letters'].map(
  name => `src/buses/${name}.ts`,
);
const queueParts = ['src/queues/handler.ts', 'src/queues/one-at-a-time.ts'];
const shared = [
  ...domain,
  'src/telemetry/',
  'src/whole-files.ts',
  'src/redis/',
  'src/egress/',
  ...busParts,
  ...queueParts,
];

/**
 * The directions of `docs/orientation.md`. The first layer that holds a file counts. A layer that names a group in its pattern is
 * several layers of one kind: each may import its own folder, but none of the others.
 */
export const layers: readonly Layer[] = [
  { name: 'core', holds: /^src\/core\//, may: ['npm:zod'] },
  { name: 'ports', holds: /^src\/ports\//, may: ['src/core/', 'npm:zod'] },
  {
    name: 'orchestrator',
    holds: /^src\/orchestrator\//,
    may: [...domain, 'src/telemetry/step.ts', 'src/telemetry/cause.ts', 'npm:zod'],
  },
  // It stands on the orchestrator, which knows nothing of it. A hash is pure.
  {
    name: 'tasks',
    holds: /^src\/tasks\//,
    may: [...domain, 'src/orchestrator/', 'src/telemetry/step.ts', 'src/telemetry/cause.ts', 'npm:zod', 'node:crypto'],
  },
  { name: 'telemetry', holds: /^src\/telemetry\//, may: [...domain, ...anyPackage] },
  {
    name: 'adapter',
    holds: /^(?:bridges|sandboxes|src\/stores|src\/queues|src\/buses|src\/signals|src\/keys|src\/code-hosts)\/[^/]+\//,
    may: [...shared, ...anyPackage],
  },
  {
    name: 'adapter',
    holds: /^src\/(?:agents|browsing|homeserver|data-folder|limits|gateway|plugins|backup|mail|documents|mcp)\//,
    may: [...shared, ...anyPackage],
  },
  { name: 'connection', holds: /^src\/redis\//, may: [...domain, 'npm:ioredis', 'node:'] },
  { name: 'way out', holds: /^src\/egress\//, may: [...domain, 'npm:undici', 'node:'] },
  { name: 'what buses share', holds: /^src\/buses\/[\w-]+\.ts$/, may: [...domain, ...busParts, 'node:'] },
  { name: 'what queues share', holds: /^src\/queues\/[\w-]+\.ts$/, may: domain },
  { name: 'files', holds: /^src\/whole-files\.ts$/, may: ['node:'] },
  { name: 'clock', holds: /^src\/(system|shared)-clock\.ts$/, may: [...domain, 'node:'] },
  // The schema of an adapter's own options stands with the adapter, in a file that ends so.
  { name: 'config', holds: /^config\//, may: ['src/core/', '*-config.ts', 'npm:zod', 'npm:yaml', 'node:'] },
  {
    name: 'root',
    holds: /^src\/(?:main\.ts$|compose\/)/,
    may: ['src/', 'bridges/', 'sandboxes/', 'config/', ...anyPackage],
  },
  { name: 'command line', holds: /^src\/(?:cli\.ts$|cli\/)/, may: ['src/', 'config/', ...anyPackage] },
];

/** The one place of each SDK, so that its words stop there. */
export const homes: readonly { readonly package: RegExp; readonly folder: RegExp }[] = [
  { package: /^npm:(?:@langchain\/.*|langchain|openai|langsmith)$/, folder: /^src\/agents\// },
  { package: /^npm:matrix-/, folder: /^bridges\/matrix\// },
  { package: /^npm:(?:@matrix-org\/|fake-indexeddb)/, folder: /^bridges\/matrix\/crypto\// },
  { package: /^npm:discord/, folder: /^bridges\/discord\// },
  { package: /^npm:dockerode$/, folder: /^sandboxes\/docker\// },
  { package: /^npm:@modelcontextprotocol\//, folder: /^src\/mcp\// },
  { package: /^npm:undici$/, folder: /^src\/egress\// },
  { package: /^npm:nodemailer$/, folder: /^src\/mail\// },
  { package: /^npm:bullmq$/, folder: /^src\/queues\/bullmq\// },
  { package: /^npm:ioredis$/, folder: /^src\/redis\// },
  { package: /^npm:mongodb$/, folder: /^src\/stores\/mongo\// },
  { package: /^node:sqlite$/, folder: /^src\/(?:stores\/sqlite|data-folder)\// },
  { package: /^npm:(?:pino|prom-client)/, folder: /^src\/telemetry\// },
  { package: /^npm:undici$/, folder: /^src\/egress\// },
  { package: /^npm:(?:@mozilla\/readability|linkedom|turndown)$/, folder: /^src\/browsing\// },
  { package: /^npm:@octokit\//, folder: /^src\/code-hosts\/github\// },
  { package: /^npm:commander$/, folder: /^src\/cli\// },
];
