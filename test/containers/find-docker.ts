import type { FoundServer } from '../servers.ts';
import { startEngine } from './engine.ts';
import { ensureImages } from './images.ts';
import { ensureCompose } from './tools.ts';

/** An engine, a Compose that is new enough, and images to put into docker-compose.yml. */
export async function findDocker(): Promise<FoundServer> {
  try {
    const engine = await startEngine();
    try {
      const compose = await ensureCompose();
      const images = await ensureImages(engine.host);
      const env = {
        PARLEY_TEST_DOCKER: engine.host,
        PARLEY_TEST_COMPOSE: JSON.stringify(compose),
        PARLEY_TEST_IMAGES: JSON.stringify(images),
      };
      return { found: true, detail: `${engine.version}, and ${compose.join(' ')}`, env, stop: engine.stop };
    } catch (error) {
      await engine.stop();
      throw error;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { found: false, detail: `${reason}; see test/containers/README.md`, env: {} };
  }
}
