import { ParleyError } from '../../src/core/errors.ts';
import type { SandboxHealth } from '../../src/ports/sandbox.ts';
import type { Engine } from './engine.ts';
import { type EngineKind, engineKind } from './engine-kind.ts';
import { checkImage } from './image.ts';
import { isMapped, ownUser } from './user-mapping.ts';

interface EngineFacts {
  readonly MemoryLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly SecurityOptions?: readonly string[];
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly DefaultRuntime?: string;
  readonly OSType?: string;
  /** These two are Podman's. */
  readonly Rootless?: boolean;
  readonly CgroupVersion?: string;
}

interface Described {
  readonly engine: Engine;
  readonly image: string;
  readonly runtime: string | null;
  /** The folder of workspaces. */
  readonly root: string;
}

const limitMs = 15_000;

/** Whether an engine and the image are there, and the engine can hold a workspace within its limits. */
export async function describeEngine(
  { engine, image, runtime, root }: Described,
  signal: AbortSignal,
): Promise<SandboxHealth> {
  signal.throwIfAborted();
  const within = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const facts = (await engine.use(docker => docker.info(), within)) as EngineFacts;
    const { name, version, mapping } = await engineKind(engine, within);
    const runtimes = lackingRuntime(name, facts, runtime);
    const lacks = [...lacking(facts), ...runtimes];
    if (lacks.length > 0)
      return {
        ok: false,
        detail: `${name} ${version} can’t ${lacks.join(', or ')}`,
        remedy: remedyFor(facts, lacks.length === runtimes.length),
      };
    await checkImage(engine, image, within);
    const kind = runtime === null ? '' : ` by ${runtime}`;
    const place = engine.address === null ? '' : ` at ${engine.address}, which has to see ${root} as it is here,`;
    const users = isMapped(mapping, ownUser()) ? 'users mapped' : 'users not mapped';
    return { ok: true, detail: `${name} ${version}${place} with the image ${image}${kind}, ${users}`, remedy: null };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    const remedy = /sandbox build/.test(error.message)
      ? 'npx parley sandbox build'
      : 'Only tasks that work with files and programs need it: docs/how-to/workspaces.md.';
    return { ok: false, detail: error.message, remedy };
  }
}

/** Of a user who is not root, on the older cgroups: there Podman leaves limits out, and says so only in its log. */
const leavesLimitsOut = ({ Rootless, CgroupVersion }: EngineFacts): boolean =>
  Rootless === true && CgroupVersion === '1';

const isRootlessDocker = ({ SecurityOptions = [] }: EngineFacts): boolean =>
  SecurityOptions.some(option => option.startsWith('name=rootless'));

function remedyFor(facts: EngineFacts, lacksRuntimeOnly: boolean): string {
  if (leavesLimitsOut(facts)) return 'Run the service of Podman as root, or on a system with cgroups of version 2.';
  if (isRootlessDocker(facts)) return 'Run Docker as root, with userns-remap for the same, or Podman as a user.';
  if (lacksRuntimeOnly)
    return 'Install it, and name it in the configuration of the engine (for Podman as runtime in containers.conf).';
  return 'Use an engine of Linux that can, such as a current Docker.';
}

function lacking(facts: EngineFacts): string[] {
  const unlimited = leavesLimitsOut(facts);
  const hasSeccomp = facts.SecurityOptions?.some(option => option.includes('seccomp')) === true;
  return [
    ...(facts.OSType === undefined || facts.OSType === 'linux' ? [] : ['run Linux']),
    ...(facts.MemoryLimit === false || unlimited ? ['limit memory'] : []),
    ...(facts.PidsLimit === false || unlimited ? ['limit the number of processes'] : []),
    ...(facts.CpuCfsQuota === false || unlimited ? ['limit the use of processors'] : []),
    // There, who runs it is root inside, and no wish to keep them who they are is heard.
    ...(isRootlessDocker(facts) ? ['let a workspace’s program write its files'] : []),
    ...(hasSeccomp ? [] : ['filter what programs ask of the kernel (seccomp)']),
  ];
}

/** Podman takes no wish for a runtime over this API, and says nothing; it also names such as are not installed. */
function lackingRuntime(name: EngineKind['name'], facts: EngineFacts, runtime: string | null): string[] {
  if (runtime === null) return [];
  if (name === 'Docker') return facts.Runtimes?.[runtime] === undefined ? [`run containers by ${runtime}`] : [];
  return facts.DefaultRuntime === runtime ? [] : [`be told to run containers by ${runtime}`];
}
