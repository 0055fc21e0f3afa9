import type { Engine, EngineOptions } from './engine.ts';

/** The engine, which is loaded when it is first asked for. */
export interface OpenedEngine {
  get(): Promise<Engine>;
  /** Closes it where it was loaded. May be repeated. */
  close(): Promise<void>;
}

const fromFile = async (options: EngineOptions): Promise<Engine> => (await import('./engine.ts')).makeEngine(options);

/** One that could not be loaded, because a file could not be opened, say, is loaded anew by who asks next. */
export function openedEngine(options: EngineOptions, load = fromFile): OpenedEngine {
  let loading: Promise<Engine> | null = null;
  return {
    get() {
      loading ??= load(options).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
    async close() {
      await (await loading?.catch(() => null))?.close();
    },
  };
}
