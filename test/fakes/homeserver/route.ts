import type { Json } from './room.ts';
import type { FakeWorld } from './world.ts';

export interface Asked {
  readonly world: FakeWorld;
  /** Who asks. */
  readonly user: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly json: Json;
  readonly body: Buffer;
  readonly type: string;
}

/** `on` is a method and a path, where `*` is one part; the parts are given to `run`. */
export interface Route {
  readonly on: string;
  readonly run: (asked: Asked, ...parts: string[]) => Json | Buffer | Promise<Json>;
}

export interface Matcher {
  readonly pattern: RegExp;
  readonly run: Route['run'];
}

export const matcher = ({ on, run }: Route): Matcher => ({
  pattern: new RegExp(`^${on.replaceAll('*', '([^/]*)')}$`),
  run,
});
