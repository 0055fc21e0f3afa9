import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const atOnce = Math.max(3, availableParallelism());

/** `unit`: everything that needs no homeserver, side by side. `e2e`: real Synapse; each file starts a Parley of its own. `sandbox`: workspaces on a real engine. `compose`: docker-compose.yml. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/e2e/**',
            'test/bench/**',
            'test/containers/**',
            'test/sandboxes/docker/**',
            'node_modules/**',
          ],
          globalSetup: ['test/servers.ts'],
          pool: 'threads',
          // They wait more than they work.
          maxWorkers: atOnce,
          // Many start processes of their own; on a busy machine that takes its time.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/servers.ts'],
          pool: 'forks',
          maxWorkers: 3,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['test/sandboxes/docker/**/*.test.ts'],
          globalSetup: ['test/servers.ts'],
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'compose',
          include: ['test/containers/**/*.test.ts'],
          globalSetup: ['test/servers.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
