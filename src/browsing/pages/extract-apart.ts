import { Worker } from 'node:worker_threads';
import Bottleneck from 'bottleneck';
import { z } from 'zod';
import { ParleyError } from '../../core/errors.ts';

const limitMs = 15_000;
const [atOnce, mostWaiting] = [2, 200];
const memoryMiB = 512;
const answer = z.object({ title: z.string(), text: z.string(), cut: z.boolean() });

const turn = new Bottleneck({ maxConcurrent: atOnce, highWater: mostWaiting, strategy: Bottleneck.strategy.OVERFLOW });

interface Given {
  readonly html: string;
  readonly url: string;
}

/**
 * The readable part of a page, taken out in a thread of its own: a page that is made to take for ever, or all memory, holds up nobody else and is given
 * up (`SITE_REFUSED`).
 */
export async function extractApart(page: Given, signal: AbortSignal): Promise<z.output<typeof answer>> {
  try {
    return await turn.schedule(() => inThread(page, signal));
  } catch (error) {
    signal.throwIfAborted();
    throw new ParleyError(
      'SITE_REFUSED',
      `${JSON.stringify(page.url.slice(0, 200))} can’t be read: it is no page that can be understood.`,
      {
        cause: error,
      },
    );
  }
}

function inThread(page: Given, signal: AbortSignal): Promise<z.output<typeof answer>> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./extract-worker.ts', import.meta.url), {
      workerData: page,
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    });
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      void worker.terminate();
      done();
    };
    const fail = (error: unknown): void => settle(() => reject(error));
    const cancel = (): void => fail(signal.reason);
    const timer = setTimeout(() => fail(new Error('It takes too long.')), limitMs);
    signal.addEventListener('abort', cancel);
    worker.on('error', fail).on('exit', () => fail(new Error('It ended without a text.')));
    worker.on('message', message => {
      const parsed = answer.safeParse(message);
      settle(() => (parsed.success ? resolve(parsed.data) : reject(parsed.error)));
    });
  });
}
