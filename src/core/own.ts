/** What a record holds under a key that came from outside: `constructor` is no entry unless somebody made it one. */
export const own = <V>(record: Readonly<Record<string, V>> | undefined, key: string): V | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
