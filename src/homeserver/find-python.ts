import { z } from 'zod';
import { childEnvironment } from './child-environment.ts';
import { type CommandOptions, failureOf, runCommand } from './run-command.ts';

export interface Python {
  /** Absolute path of the interpreter itself, behind any shim of a version manager. */
  readonly path: string;
  readonly version: string;
}

/** Either a Python that can hold Synapse, or what to do to get one, in one sentence. */
export type PythonSearch = { readonly python: Python } | { readonly python: undefined; readonly remedy: string };

const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const oldest = [3, 10] as const;
const question = `
import importlib.util, json, sys
venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
print(json.dumps({"path": sys.executable, "version": sys.version_info[:3], "venv": venv}))`;
const answerSchema = z.object({
  path: z.string().min(1),
  version: z.tuple([z.number(), z.number(), z.number()]),
  venv: z.boolean(),
});
type Answer = z.infer<typeof answerSchema>;

/** Looks on the `PATH` for a Python that Synapse runs on and that can make virtual environments. */
export async function findPython(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<PythonSearch> {
  const seen: Answer[] = [];
  for (const name of candidates) {
    const answer = await ask(name, { env: childEnvironment(env, 'pip'), timeoutMs: 10_000, signal });
    if (answer === undefined) continue;
    if (isNewEnough(answer) && answer.venv) return { python: { path: answer.path, version: answer.version.join('.') } };
    seen.push(answer);
  }
  return { python: undefined, remedy: remedyFor(seen) };
}

/** The version of Synapse that a Python has, or what is wrong with it. */
export async function synapseVersionOf(
  python: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly version: string } | { readonly version: undefined; readonly problem: string }> {
  const code = 'import importlib.metadata as m; print(m.version("matrix-synapse"))';
  const result = await runCommand(python, ['-c', code], {
    env: childEnvironment(env, 'synapse'),
    timeoutMs: 20_000,
    signal,
  });
  if (result.code === 0) return { version: result.stdout };
  return { version: undefined, problem: failureOf(result) };
}

async function ask(name: string, options: CommandOptions): Promise<Answer | undefined> {
  const result = await runCommand(name, ['-c', question], options);
  if (result.code !== 0) return undefined;
  try {
    return answerSchema.parse(JSON.parse(result.stdout));
  } catch {
    return undefined;
  }
}

function isNewEnough({ version: [major, minor] }: Answer): boolean {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Debian and Ubuntu leave `ensurepip` out of their python3 and put it into a package named after the version. */
function remedyFor(seen: readonly Answer[]): string {
  const withoutVenv = seen.find(isNewEnough);
  if (withoutVenv !== undefined) {
    const [major, minor] = withoutVenv.version;
    return `Python ${major}.${minor} can't make virtual environments here: sudo apt install python${major}.${minor}-venv`;
  }
  const tooOld = seen[0];
  const found = tooOld === undefined ? 'No Python was found' : `Python ${tooOld.version.join('.')} is too old`;
  return `${found}; install Python ${oldest.join('.')} or newer (Debian, Ubuntu: sudo apt install python3 python3-venv; Fedora: sudo dnf install python3; macOS: brew install python)`;
}
