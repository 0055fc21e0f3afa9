import type { Log } from '../../ports/log.ts';
import type { ModelConfig } from './model-config.ts';

/** The models of an agent in the order in which they are tried: its own, and where it names none, the default ones. */
export function chainOf(names: readonly string[], catalogue: Catalogue): ModelConfig[] {
  const own = names.flatMap(name => catalogue.find(name) ?? []);
  return own.length > 0 ? own : catalogue.defaults;
}

/** By id, or else by name. */
export function modelNamed(name: string, models: readonly ModelConfig[]): ModelConfig | undefined {
  return models.find(({ id }) => id === name) ?? models.find(model => model.name === name);
}

export interface Catalogue {
  readonly all: readonly ModelConfig[];
  readonly defaults: ModelConfig[];
  /** An unknown one is told to the log, once. */
  find(name: string): ModelConfig | undefined;
}

export function catalogue(all: readonly ModelConfig[], defaultNames: readonly string[], log: Log): Catalogue {
  const unknown = new Set<string>();
  const find = (name: string) => {
    const found = modelNamed(name, all);
    if (found === undefined && !unknown.has(name)) {
      unknown.add(name);
      log.warn(
        { model: name, known: all.map(({ id }) => id) },
        'No model of this name is configured; the next one answers',
      );
    }
    return found;
  };
  return { all, find, defaults: defaultNames.flatMap(name => find(name) ?? []) };
}
