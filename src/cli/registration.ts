import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import type { CliContext } from './context.ts';

export async function runRegistration(context: CliContext, { write }: { readonly write?: string }): Promise<number> {
  const { env, cwd, stdout, stderr } = context;
  const config = await loadConfig({ env, cwd });
  const { registration } = await context.loadMain();
  const yaml = await registration({ config, env });
  if (write === undefined) {
    stdout.write(yaml);
    return 0;
  }
  const file = resolve(cwd, write);
  await using handle = await open(file, 'w', 0o600);
  // It holds the tokens, and the file may have been there with another mode.
  await handle.chmod(0o600);
  await handle.writeFile(yaml);
  stderr.write(
    `${file} is written. Copy it to the homeserver, name it in the homeserver's configuration (Synapse: app_service_config_files), ` +
      'restart the homeserver, and run: npx parley check\n',
  );
  return 0;
}
