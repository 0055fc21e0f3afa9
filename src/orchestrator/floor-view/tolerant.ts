import { isParleyError } from '../../core/errors.ts';

/** Does what is a courtesy only: where the agent is out of the room or may not, nothing. What may go through later is thrown. */
export async function tolerant<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isParleyError(error) && !error.retry) return undefined;
    throw error;
  }
}
