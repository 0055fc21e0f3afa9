import { ParleyError } from '../core/errors.ts';

/** Too much waits for a store. What is refused may be asked again: a homeserver keeps its transaction, and the queue tries work once more. */
export const storeBusy = (waiting: number): ParleyError =>
  new ParleyError(
    'STORE_FAILED',
    `${waiting} calls wait for the store, so no more are taken for the moment. It is slow or away.`,
    { retry: true },
  );
