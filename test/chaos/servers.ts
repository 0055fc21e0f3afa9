import { ensureFerretdb } from '../servers/ensure-ferretdb.ts';
import { type FerretdbServer, startFerretdb } from '../servers/mongodb.ts';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { type Disk, smallDisk } from './disk.ts';

/** The servers that do not know Parley, each of its own for this run. */
export interface Servers {
  readonly redis: OwnRedis;
  readonly mongodb: FerretdbServer;
  /** Null where no disk could be made; then nothing is filled. */
  readonly disks: { readonly mongodb: Disk; readonly synapse: Disk } | null;
  close(): Promise<void>;
}

/** Starts Redis and FerretDB. `megabytes` is the size of each of the small disks. */
export async function startServers(megabytes: number): Promise<Servers> {
  process.env.PARLEY_TEST_FERRETDB ??= await ensureFerretdb();
  const disks = smallDisks(megabytes);
  const redis = await startRedis();
  const mongodb = await startFerretdb(disks?.mongodb.folder);
  const atOnce = (): void => {
    // What the end of this process does not end.
    void redis.kill();
    void mongodb.kill();
    for (const disk of Object.values(disks ?? {})) disk.remove();
  };
  process.once('exit', atOnce);
  return {
    redis,
    mongodb,
    disks,
    async close() {
      redis.thaw();
      mongodb.thaw();
      await redis.stop();
      await mongodb.close();
      for (const disk of Object.values(disks ?? {})) disk.remove();
      process.off('exit', atOnce);
    },
  };
}

function smallDisks(megabytes: number): Servers['disks'] {
  const mongodb = smallDisk(megabytes);
  const synapse = mongodb && smallDisk(megabytes);
  if (synapse === null) mongodb?.remove();
  return mongodb && synapse && { mongodb, synapse };
}
