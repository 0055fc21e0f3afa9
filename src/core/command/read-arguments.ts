import { inCode } from './in-code.ts';
import { type Parameter, timePattern } from './parameters.ts';
import { type Directory, type Taken, takeMember } from './take-member.ts';

export type Read =
  | { readonly values: Readonly<Record<string, string>> }
  /** What does not fit, as the end of a sentence. */
  | { readonly problem: string };

/** Cuts what stands behind a command's name into its parameters, as texts. One that may be left out and does not fit is left out. */
export function readArguments(line: string, parameters: readonly Parameter[], directory: () => Directory): Read {
  const values: Record<string, string> = {};
  const left: Parameter[] = [];
  let rest = line.trim();
  for (const parameter of parameters) {
    const taken = rest === '' ? null : take(rest, parameter, directory);
    if (taken !== null && 'problem' in taken) return taken;
    if (taken !== null) {
      values[parameter.name] = taken.value;
      rest = taken.rest.trimStart();
    } else if (parameter.required) {
      return { problem: rest === '' ? `${expected(parameter)} is missing` : notThat(rest, [parameter]) };
    } else left.push(parameter);
  }
  if (rest === '') return { values };
  return { problem: left.length === 0 ? `${firstWord(rest)} is too much` : notThat(rest, left) };
}

const notThat = (rest: string, parameters: readonly Parameter[]): string =>
  `${firstWord(rest)} is not ${parameters.map(expected).join(', nor ')}`;

const firstWord = (rest: string): string => inCode(takeWord(rest)?.value ?? rest);

function take(rest: string, parameter: Parameter, directory: () => Directory): Taken {
  switch (parameter.type) {
    case 'text':
      return { value: rest, rest: '' };
    case 'word':
      return takeWord(rest);
    case 'choice':
      return takeChoice(rest, parameter.choices ?? []);
    case 'number':
      return takePattern(rest, numberWith(parameter.unit));
    case 'duration':
      return takePattern(rest, timePattern);
    case 'member':
      return takeMember(rest, directory());
    case 'agent':
      return takeMember(rest, { here: directory().agents, mentions: directory().mentions });
  }
}

const quoted = /^(?:"([^"]*)"|“([^”]*)”|„([^“]*)“|'([^']*)'(?=\s|$))/u;

function takeWord(rest: string): { value: string; rest: string } | null {
  const inQuotes = quoted.exec(rest);
  const [whole, ...parts] = inQuotes ?? /^(\S+)/u.exec(rest) ?? [];
  return whole === undefined
    ? null
    : { value: parts.find(part => part !== undefined) ?? '', rest: rest.slice(whole.length) };
}

/** The one that was meant: the word itself, or the only one that begins so. `--why` is the choice `why`. */
function takeChoice(rest: string, choices: readonly string[]): Taken {
  const word = takeWord(rest);
  const said = word?.value.replace(/^(?:--|—)/u, '').toLowerCase() ?? '';
  const meant = complete(said, choices);
  return word === null || meant === undefined ? null : { value: meant, rest: word.rest };
}

/** The candidate that is this word, or the only one that begins with it. */
export function complete(said: string, candidates: readonly string[]): string | undefined {
  const exact = candidates.find(candidate => candidate.toLowerCase() === said);
  const begun = said === '' ? [] : candidates.filter(candidate => candidate.toLowerCase().startsWith(said));
  return exact ?? (begun.length === 1 ? begun[0] : undefined);
}

/** A plural may also be written in the singular. */
const numberWith = (unit: string | undefined): RegExp =>
  unit === undefined
    ? /^(\d{1,15})(?=\s|$)/u
    : new RegExp(`^(\\d{1,15})(?:\\s?${unit.replace(/s$/, '')}s?)?(?=\\s|$)`, 'iu');

function takePattern(rest: string, pattern: RegExp): Taken {
  const [whole, value = whole] = pattern.exec(rest) ?? [];
  return whole === undefined || value === undefined ? null : { value, rest: rest.slice(whole.length) };
}

function expected({ type, choices = [], unit, name }: Parameter): string {
  switch (type) {
    case 'choice':
      return choices.length === 1 ? inCode(choices[0] ?? '') : `one of ${choices.map(inCode).join(', ')}`;
    case 'number':
      return unit === undefined ? 'a number' : `a number of ${unit}`;
    case 'duration':
      return 'a time such as `90s`, `5m` or `1h`';
    case 'member':
      return 'somebody of this room, such as `@Ada`';
    case 'agent':
      return 'one of the agents, such as `@Ada`';
    default:
      return inCode(`<${name}>`);
  }
}
