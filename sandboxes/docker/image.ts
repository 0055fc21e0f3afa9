import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError } from '../../src/core/errors.ts';
import { type Engine, isStatus } from './engine.ts';

/** The label of an image that says which program of Parley's is in it. */
const programLabel = 'parley.program';
const inside = join(import.meta.dirname, 'inside');

/** What `npx parley sandbox build` makes. Another one is made from it by whoever runs Parley, and never written over. */
export const ownImage = 'parley-workspace';

/** Changes with the program that runs in containers. */
export function programDigest(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(inside).sort()) hash.update(name).update(readFileSync(join(inside, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Rejects with `SANDBOX_MISSING` where the image is not there, or was made by another version of Parley. */
export async function checkImage(engine: Engine, image: string, within?: AbortSignal): Promise<void> {
  const found = await engine
    .use(docker => docker.getImage(image).inspect(), within)
    .catch(error => {
      if (isStatus(error, 404)) return null;
      throw error;
    });
  const build = `Run npx parley sandbox build${image === ownImage ? '' : `, and then make ${image} anew from ${ownImage}`}.`;
  if (found === null)
    throw new ParleyError('SANDBOX_MISSING', `The image ${image}, which tasks work in, is not there. ${build}`);
  if (found.Config.Labels?.[programLabel] !== programDigest())
    throw new ParleyError('SANDBOX_MISSING', `The image ${image} was made for another version of Parley. ${build}`);
}
