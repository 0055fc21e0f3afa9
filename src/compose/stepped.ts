import type { Progress } from '../cli/progress.ts';

/** Does a step of the start and shows how it went. What a person stops has not failed. */
export async function stepped<T>(
  { progress, signal }: { readonly progress: Pick<Progress, 'step'>; readonly signal: AbortSignal },
  title: string,
  work: () => Promise<T>,
  detail: (result: T) => string,
): Promise<T> {
  const step = progress.step(title);
  try {
    const result = await work();
    step.done(detail(result));
    return result;
  } catch (error) {
    if (signal.aborted && error === signal.reason) step.stopped();
    else step.fail();
    throw error;
  }
}
