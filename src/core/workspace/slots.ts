/** Lets only so many go on at the same time; the others wait, in order. */
export interface Slots {
  /** Resolves when it is one's turn, to what gives the slot back. Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function slots(most: number): Slots {
  const waiting = new Set<() => void>();
  let free = most;

  const giveBack = (): void => {
    free += 1;
    const [next] = waiting;
    next?.();
  };

  const taken = (): (() => void) => {
    free -= 1;
    let mine = true;
    return () => {
      if (mine) giveBack();
      mine = false;
    };
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0 && waiting.size === 0) return taken();
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(enter);
          signal.removeEventListener('abort', refuse);
        };
        const enter = (): void => {
          leave();
          resolve(taken());
        };
        const refuse = (): void => {
          leave();
          reject(signal.reason);
        };
        waiting.add(enter);
        signal.addEventListener('abort', refuse);
      });
    },
  };
}
