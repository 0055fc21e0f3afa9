import { AsyncLocalStorage } from 'node:async_hooks';

const causes = new AsyncLocalStorage<string>();

/** Does work that follows from a message; every line of the log that is written meanwhile has its id, as `correlationId`. */
export const causedBy = <T>(correlationId: string, work: () => T): T => causes.run(correlationId, work);

/** What the work under way follows from; undefined where it follows from nothing in particular. */
export const cause = (): string | undefined => causes.getStore();
