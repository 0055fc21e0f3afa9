/** Runs jobs one after another, in the order in which they came. */
export interface InOrder {
  run<T>(job: () => Promise<T>): Promise<T>;
  /** Resolves when what was begun has ended. */
  idle(): Promise<void>;
}

export function inOrder(): InOrder {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(job) {
      const result = last.then(job);
      last = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await last;
    },
  };
}
