import { z } from 'zod';
import { about } from '../about.ts';
import { host } from './host.ts';

const hosts = z.array(host());

const networkOptions = z
  .strictObject({
    allow: hosts.default(['pypi.org', 'files.pythonhosted.org', 'registry.npmjs.org']).register(about, {
      description:
        'Hosts of the public internet that commands of tasks may reach, over the proxy that Parley is for them. *.example.org is all names below ' +
        'it; without a port it is 443.',
    }),
    internal: hosts.default([]).register(about, {
      description:
        'Hosts that may be reached although they are in a private network, such as a package index of your own. Whatever a task runs may speak to them.',
      example: ['packages.internal:8080'],
    }),
  })
  .prefault({})
  .register(about, {
    description: 'What commands of tasks may reach. All else is out of reach for them, this machine first of all.',
  });

const count = (least: number, most: number) => z.int().min(least).max(most);

export const sandboxSection = z
  .strictObject({
    engine: z.enum(['docker', 'none']).default('docker').register(about, {
      description:
        'Where the commands of tasks run: in containers of Docker (or Podman by its socket; DOCKER_HOST names another one), or nowhere.',
      env: 'PARLEY_SANDBOX',
    }),
    image: z.string().min(1).max(255).default('parley-workspace').register(about, {
      description:
        'The image of these containers: the one that npx parley sandbox build makes, or one of your own made from it.',
    }),
    runtime: z.string().min(1).max(100).nullable().default(null).register(about, {
      description:
        'Another runtime of the engine, such as runsc (gVisor), which keeps programs further away from the kernel.',
      example: 'runsc',
    }),
    folder: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(about, {
        description:
          'Where the workspaces of agents are; unset: agent-workspaces in the data folder. An engine on another machine, and a Parley that is itself ' +
          'in a container, need it under the same path on both sides.',
        example: '/srv/parley/agent-workspaces',
      }),
    memoryMiB: count(64, 1_048_576).default(1024).register(about, { description: 'Memory of a workspace, in MiB.' }),
    diskMiB: count(16, 10_485_760).default(2048).register(about, { description: 'Files of a workspace, in MiB.' }),
    cpus: z
      .number()
      .min(0.1)
      .max(1024)
      .default(1)
      .register(about, { description: 'Processors of a workspace; 0.5 is half of one.' }),
    processes: count(16, 100_000)
      .default(256)
      .register(about, { description: 'Processes and threads in a workspace.' }),
    commandMinutes: count(1, 1440).default(20).register(about, {
      description: 'The longest time that one command may take.',
    }),
    running: count(1, 10_000).default(20).register(about, {
      description: 'Workspaces that may run at a time in this process. Those in which nothing is done make room.',
    }),
    perAgent: count(1, 10_000).default(5).register(about, { description: 'The same for each agent.' }),
    warm: count(0, 100).default(1).register(about, {
      description:
        'Containers that are kept ready for the next task, once there was one. Each takes some 40 MiB of memory.',
    }),
    idleMinutes: count(1, 10_080).default(15).register(about, {
      description: 'A workspace in which nothing was done for so long is stopped. It starts again when it is needed.',
    }),
    archiveDays: count(1, 3650).default(14).register(about, {
      description: 'A workspace that nobody has used for so long is packed into an archive.',
    }),
    removeDays: count(1, 36_500).default(365).register(about, {
      description: 'Its archive is deleted when nobody has used it for so long.',
    }),
    network: networkOptions,
  })
  .prefault({})
  .register(about, {
    description: 'The workspaces of tasks: what their commands run in, and what they may use. See docs/security.md.',
  });
