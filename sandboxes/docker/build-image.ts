import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyError } from '../../src/core/errors.ts';
import { type Engine, isStatus } from './engine.ts';
import { programDigest } from './image.ts';

export interface BuildGiven {
  /** What the image is called. */
  readonly image: string;
  /** Another base than the one of the Dockerfile. */
  readonly base: string | null;
  /** Takes each line that the engine prints. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

const sandboxes = join(import.meta.dirname, '..');
const recipe = 'images/workspace';
const program = 'docker/inside';

/** Builds the image of workspaces. Rejects with `SANDBOX_MISSING` where that does not succeed; the last lines say why. */
export async function buildImage(engine: Engine, { image, base, onLine, signal }: BuildGiven): Promise<void> {
  const src = [recipe, program].flatMap(folder =>
    readdirSync(join(sandboxes, folder)).map(name => `${folder}/${name}`),
  );
  const buildargs = { PROGRAM: programDigest(), ...(base === null ? {} : { BASE: base }) };
  const options = { t: image, dockerfile: `${recipe}/Dockerfile`, buildargs: { ...buildargs }, abortSignal: signal };
  const hasFailed = await engine.use(async docker => {
    const output = await docker.buildImage({ context: sandboxes, src }, options);
    return await new Promise<boolean>((resolve, reject) => {
      let failed = false;
      docker.modem.followProgress(
        output,
        error => (error === null || error === undefined ? resolve(failed) : reject(error)),
        ({ stream, status, error }: BuildEvent) => {
          failed ||= error !== undefined;
          const line = (stream ?? status ?? error ?? '').trim();
          if (line !== '') onLine(line);
        },
      );
    });
  }, signal);
  // An image of before may be there all the same.
  if (hasFailed) throw notBuilt(image);
  const found = await engine
    .use(docker => docker.getImage(image).inspect())
    .catch(error => {
      if (isStatus(error, 404)) return null;
      throw error;
    });
  if (found === null) throw notBuilt(image);
}

/** What an engine prints while it builds. */
interface BuildEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

const notBuilt = (image: string): ParleyError =>
  new ParleyError(
    'SANDBOX_MISSING',
    `The image ${image} was not built. The lines above say why; where no registry of images can be reached: docs/how-to/workspaces.md.`,
  );
