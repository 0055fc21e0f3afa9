import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';

const schema = z.object({ url: z.url(), pid: z.number() });

/** Where the process that runs in a data folder tells how it is. */
export type MonitorAddress = Readonly<z.infer<typeof schema>>;

const fileIn = (dataDir: string): string => join(dataDir, 'monitoring.json');

/** Notes the address for `npx parley status`. Gives what removes it, unless another process of the folder has noted its own since. */
export async function noteMonitorAddress(dataDir: string, address: MonitorAddress): Promise<() => void> {
  const file = fileIn(dataDir);
  const text = `${JSON.stringify(address)}\n`;
  await writeFileAtomic(file, text);
  return () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) rmSync(file, { force: true });
  };
}

/** Null where nothing was noted; what was noted may be of a process that is not there any more. */
export async function readMonitorAddress(dataDir: string): Promise<MonitorAddress | null> {
  const text = await readIfThere(fileIn(dataDir)).catch(() => undefined);
  if (text === undefined) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
