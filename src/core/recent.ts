/** What was used lately, by key; beyond `most` what was not used for the longest is forgotten. */
export interface Recent<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
}

export function recent<K, V>(most: number): Recent<K, V> {
  const known = new Map<K, V>();

  /** A Map gives its keys in the order in which they were set. */
  function set(key: K, value: V): void {
    known.delete(key);
    known.set(key, value);
    if (known.size <= most) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      return;
    }
  }

  return {
    get(key) {
      const value = known.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    delete: key => void known.delete(key),
  };
}
