import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ContainerCreateOptions } from 'dockerode';
import { attach } from './attach.ts';
import { lost } from './channel.ts';
import { removeContainer } from './container.ts';
import { programPath } from './container-options.ts';
import { standardOutput } from './demux.ts';
import type { Engine } from './engine.ts';

interface Looked {
  readonly engine: Engine;
  readonly image: string;
  /** Whose the container is, as with those of workspaces: one that was made and never begun is reaped with them. */
  readonly installation: string;
  readonly process: string;
}

const memoryBytes = 128 * 1024 * 1024;
const mostAnswered = 16;

/**
 * Whether an image has a program, as a command of a workspace would find it: asked of a container that has no folders, reaches nobody, and is gone afterwards,
 * also where whoever asks is. Rejects as `Engine.use` does.
 */
export function hasProgram(looked: Looked, program: string, within: AbortSignal): Promise<boolean> {
  const { engine } = looked;
  return engine.use(async (docker, abortSignal) => {
    const container = await docker.createContainer({ ...optionsFor(looked, program), abortSignal });
    try {
      // Before it starts: it is deleted as soon as it has ended, and nobody could be asked then how it did.
      const line = await attach(docker, container.id);
      const [answer] = await Promise.all([answerOf(line, abortSignal), container.start({ abortSignal })]);
      if (answer !== 'yes' && answer !== 'no') throw lost('it did not say whether it has a program');
      return answer === 'yes';
    } finally {
      await removeContainer(engine, container.id).catch(() => undefined);
    }
  }, within);
}

/** What it prints until it ends. */
async function answerOf(line: Duplex, signal: AbortSignal): Promise<string> {
  try {
    return await pipeline(
      line,
      standardOutput(() => undefined),
      async pieces => {
        let text = '';
        for await (const piece of pieces) if (text.length < mostAnswered) text += `${piece}`;
        return text;
      },
      { signal },
    );
  } finally {
    line.destroy();
  }
}

const optionsFor = ({ image, installation, process }: Looked, program: string): ContainerCreateOptions => ({
  Image: image,
  Labels: { 'parley.installation': installation, 'parley.process': process },
  User: '65534:65534',
  WorkingDir: '/',
  Env: [`PATH=${programPath}`],
  Entrypoint: ['/bin/sh', '-c', 'command -v -- "$1" >/dev/null && printf yes || printf no', 'sh', program],
  Cmd: [],
  AttachStdout: true,
  AttachStderr: true,
  Tty: false,
  NetworkDisabled: true,
  HostConfig: {
    AutoRemove: true,
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
