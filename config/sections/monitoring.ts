import { z } from 'zod';
import { about } from '../about.ts';

export const monitoringSection = z
  .strictObject({
    port: z.int().min(0).max(65_535).default(9464).register(about, {
      description: 'The port for /metrics, /healthz and /readyz; when it is taken, the next free one. 0: none.',
      env: 'PARLEY_METRICS_PORT',
    }),
    host: z.string().min(1).default('127.0.0.1').register(about, {
      description: 'The address to listen on. Whoever reaches it can read how Parley is, but no message and no secret.',
      env: 'PARLEY_METRICS_HOST',
    }),
  })
  .prefault({})
  .register(about, {
    description: 'Where those ask who watch Parley: npx parley status, Prometheus, a container engine.',
  });
