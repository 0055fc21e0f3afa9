import { loadConfig } from '../../config/load.ts';
import type { CliContext } from './context.ts';

export async function runSandboxBuild(context: CliContext, { base }: { readonly base?: string }): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const { buildSandbox } = await context.loadMain();
  const onLine = (line: string): void => void stdout.write(`${line}\n`);
  const image = await buildSandbox({ config, env, base: base ?? null, onLine, signal });
  const { image: named } = config.sandbox;
  stdout.write(
    named === image
      ? `The image ${image} is there. Tasks can work.\n`
      : `The image ${image} is there. Now make ${named} from it, which sandbox.image names: docs/how-to/workspaces.md.\n`,
  );
  return 0;
}
