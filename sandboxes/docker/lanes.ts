/** Does things one after another where they have the same name, and side by side where they have not. */
export function inLanes(): <T>(name: string, what: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, what) => {
    const before = last.get(name) ?? Promise.resolve();
    const now = before.catch(() => undefined).then(what);
    last.set(name, now);
    try {
      return await now;
    } finally {
      if (last.get(name) === now) last.delete(name);
    }
  };
}
