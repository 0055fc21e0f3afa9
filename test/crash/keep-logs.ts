import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A process of Parley, by what its files are to be called. */
interface Logged {
  readonly name: string;
  readonly parley: { readonly data: string };
}

/** Keeps what the processes logged, for whoever looks for a cause. */
export function keepLogs(members: readonly Logged[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, parley } of members)
    for (const file of ['parley.log', 'parley.log.1'])
      if (existsSync(join(parley.data, file))) copyFileSync(join(parley.data, file), join(folder, `${name}.${file}`));
}
