import { ParleyError } from '../../src/core/errors.ts';
import type { SandboxHealth } from '../../src/ports/sandbox.ts';
import type { Engine } from './engine.ts';
import { checkImage } from './image.ts';

interface EngineFacts {
  readonly MemoryLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly SecurityOptions?: readonly string[];
  readonly ServerVersion?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly OSType?: string;
}

interface Described {
  readonly engine: Engine;
  readonly image: string;
  readonly runtime: string | null;
}

const limitMs = 15_000;

/** Whether an engine and the image are there, and the engine can hold a workspace within its limits. */
export async function describeEngine(
  { engine, image, runtime }: Described,
  signal: AbortSignal,
): Promise<SandboxHealth> {
  signal.throwIfAborted();
  const within = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const facts = (await engine.use(docker => docker.info(), within)) as EngineFacts;
    const lacks = lacking(facts, runtime);
    if (lacks.length > 0) {
      const detail = `the Docker engine ${facts.ServerVersion ?? ''} can’t ${lacks.join(', or ')}`;
      return { ok: false, detail, remedy: 'Use an engine of Linux that can, such as a current Docker.' };
    }
    await checkImage(engine, image, within);
    const kind = runtime === null ? '' : ` by ${runtime}`;
    const detail = `Docker ${facts.ServerVersion ?? 'of unknown version'} with the image ${image}${kind}`;
    return { ok: true, detail, remedy: null };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    const remedy = /sandbox build/.test(error.message)
      ? 'npx parley sandbox build'
      : 'Only tasks that work with files and programs need it: docs/how-to/workspaces.md.';
    return { ok: false, detail: error.message, remedy };
  }
}

function lacking(facts: EngineFacts, runtime: string | null): string[] {
  const hasSeccomp = facts.SecurityOptions?.some(option => option.includes('seccomp')) === true;
  return [
    ...(facts.OSType === undefined || facts.OSType === 'linux' ? [] : ['run Linux']),
    ...(facts.MemoryLimit === false ? ['limit memory'] : []),
    ...(facts.PidsLimit === false ? ['limit the number of processes'] : []),
    ...(facts.CpuCfsQuota === false ? ['limit the use of processors'] : []),
    ...(hasSeccomp ? [] : ['filter what programs ask of the kernel (seccomp)']),
    ...(runtime === null || facts.Runtimes?.[runtime] !== undefined ? [] : [`run containers by ${runtime}`]),
  ];
}
