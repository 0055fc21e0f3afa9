import type { ContainerCreateOptions } from 'dockerode';
import { programPath } from './container-options.ts';
import type { Engine } from './engine.ts';

interface Looked {
  readonly engine: Engine;
  readonly image: string;
}

const memoryBytes = 128 * 1024 * 1024;

/**
 * Whether an image has a program, as a command of a workspace would find it: asked of a container that has no folders, reaches nobody, and is gone afterwards.
 * Rejects as `Engine.use` does.
 */
export function hasProgram({ engine, image }: Looked, program: string, within: AbortSignal): Promise<boolean> {
  return engine.use(async (docker, abortSignal) => {
    const container = await docker.createContainer({ ...optionsFor(image, program), abortSignal });
    try {
      await container.start({ abortSignal });
      const { StatusCode } = (await container.wait({ abortSignal })) as { readonly StatusCode: number };
      return StatusCode === 0;
    } finally {
      await container.remove({ force: true }).catch(() => undefined);
    }
  }, within);
}

const optionsFor = (image: string, program: string): ContainerCreateOptions => ({
  Image: image,
  User: '65534:65534',
  WorkingDir: '/',
  Env: [`PATH=${programPath}`],
  Entrypoint: ['/bin/sh', '-c', 'command -v -- "$1"', 'sh', program],
  Cmd: [],
  NetworkDisabled: true,
  HostConfig: {
    LogConfig: { Type: 'none', Config: {} },
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    Memory: memoryBytes,
    MemorySwap: memoryBytes,
    PidsLimit: 16,
  },
});
