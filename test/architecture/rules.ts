import { homes, type Layer, layers } from './layers.ts';
import type { Module } from './modules.ts';

/** Each rule gives one line for each violation, and none when all is well. */
type Rule = (modules: readonly Module[]) => string[];

const layerOf = (path: string): Layer | undefined => layers.find(({ holds }) => holds.test(path));

/** Imports go in the direction of the layers. */
export const directions: Rule = modules =>
  modules.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    if (layer === undefined) return [`${path} belongs to no layer`];
    const own = layer.holds.exec(path)?.[0] ?? '';
    const allowed = (target: string) => target.startsWith(own) || layer.may.some(pattern => matches(target, pattern));
    return imports
      .filter(target => !allowed(target))
      .map(target => `${path} (${layer.name}) must not import ${target}`);
  });

function matches(target: string, pattern: string): boolean {
  if (pattern.startsWith('*')) return target.startsWith('src/') && target.endsWith(pattern.slice(1));
  return pattern.endsWith('/') || pattern.endsWith(':') ? target.startsWith(pattern) : target === pattern;
}

/** Each SDK has one home. */
export const sdkHomes: Rule = modules =>
  modules.flatMap(({ path, imports }) =>
    imports
      .filter(target => homes.some(home => home.package.test(target) && !home.folder.test(path)))
      .map(target => `${path} must not import ${target}`),
  );

/** What the configuration reads of an adapter (the schema of its options) brings no SDK along, also not by way of another file. */
export const lightSchemas: Rule = modules => {
  const byPath = new Map(modules.map(module => [module.path, module]));
  const heavy = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const target of byPath.get(path)?.imports ?? []) {
      if (!target.includes(':')) visit(target);
      else if (target !== 'npm:zod') heavy.add(`${path} must not import ${target}, as the configuration imports it`);
    }
  };
  for (const { path, imports } of modules) {
    if (path.startsWith('config/')) imports.filter(target => target.startsWith('src/')).forEach(visit);
  }
  return [...heavy];
};

/** No file needs itself, not even for a type. */
export const noCycles: Rule = modules => {
  const byPath = new Map(modules.map(module => [module.path, module]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      cycles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const target of byPath.get(path)?.imports ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of modules) visit(path, []);
  return cycles;
};

/** What is imported is there: nothing hides from the rules behind a path without its ending. */
export const resolvable: Rule = modules => {
  const paths = new Set(modules.map(({ path }) => path));
  return modules.flatMap(({ path, imports }) =>
    imports
      .filter(target => !target.includes(':') && !paths.has(target))
      .map(target => `${path} imports ${target}, which is not there`),
  );
};

/** Where Parley begins, and where the program does that runs in containers. */
const programs = /^(?:src\/(?:cli|main)|sandboxes\/docker\/inside\/main)\.ts$/;

/** The process is ended in one place. */
export const exits: Rule = modules =>
  modules
    .filter(
      ({ path, text }) => /\bprocess\s*\.\s*(?:exit|abort|reallyExit)\b(?!Code)/.test(text) && !programs.test(path),
    )
    .map(({ path }) => `${path} must not end the process`);

const longestFile = 250;

export const sizes: Rule = modules =>
  modules
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > longestFile)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${longestFile} is the most`);

const replaceable =
  /^(?:src\/)?((?:bridges|stores|queues|buses|signals|keys|sandboxes|code-hosts)\/[^/]+)\/(?!.*\.test\.ts$)/;

/** Every adapter of a port runs the port's contract: a test of the same folder imports it. */
export function contracts(modules: readonly Module[], tests: readonly Module[]): string[] {
  const folders = new Set(modules.flatMap(({ path }) => replaceable.exec(path)?.[1] ?? []));
  const runsContract = (folder: string) =>
    tests.some(
      ({ path, imports }) =>
        path.startsWith(`test/${folder}/`) &&
        path.endsWith('.test.ts') &&
        imports.some(target => target.startsWith('test/contracts/')),
    );
  return [...folders]
    .filter(folder => !runsContract(folder))
    .map(folder => `test/${folder}/ runs no contract of test/contracts/`);
}
