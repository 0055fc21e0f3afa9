/** How Redis is reached, and what is ours there. */
export interface RedisAddress {
  /** `redis://user:password@host:port,host:port/db`; `rediss://` for TLS. */
  readonly url: string;
  readonly mode: 'single' | 'sentinel' | 'cluster';
  /** What the sentinels call the servers. */
  readonly sentinelName: string;
  readonly sentinelPassword: string | null;
  /** What all keys of this installation begin with. */
  readonly prefix: string;
}
