import type { z } from 'zod';
import type { Permission } from '../../core/access.ts';
import { type Parameter, type Parameters, parametersOf } from '../../core/command/parameters.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Scene } from '../handle/handling.ts';

export interface CommandCall {
  readonly message: SaidMessage;
  readonly scene: Scene;
  /** Every command there is. */
  readonly commands: readonly Command[];
  /** What stands before a command's name here: `!`. */
  readonly prefix: string;
  /** Answers in the room, as a notice, beside whoever speaks. */
  readonly reply: (text: string, scene?: Pick<Scene, 'floor'>) => Decision;
}

/** A command without the types of its parameters. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly needs: Permission | null;
  /** In order; also those that people are not told of. */
  readonly parameters: readonly Parameter[];
  readonly example: string | null;
  /** Whether it may be what is written to a file; the name of a file, which stands there otherwise, is none. */
  readonly takesFiles: boolean;
  /** Checks the texts of the parameters; gives what is to be done with them, or what is wrong, as a sentence without its end. */
  readonly prepare: (texts: Readonly<Record<string, string>>) => Prepared;
}

export type Prepared = { readonly run: (call: CommandCall) => Promise<Decision> } | { readonly problem: string };

interface Declared<P extends Parameters> {
  /** One or two words in lower case: `stop`, `floor strategy`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One sentence for people, at most 100 characters. */
  readonly summary: string;
  /** The right that it needs; null: everybody may. */
  readonly needs: Permission | null;
  /** What is written behind the name, in order. */
  readonly parameters: P;
  /** What a person might write, without the prefix. */
  readonly example?: string;
  readonly takesFiles?: true;
  /** May be run again for the same message after a crash: every effect may be repeated. */
  readonly run: (given: z.infer<P>, call: CommandCall) => Promise<Decision>;
}

/** Declares a command. One file each. */
export const command = <P extends Parameters>(declared: Declared<P>): Command => ({
  name: declared.name,
  aliases: declared.aliases ?? [],
  summary: declared.summary,
  needs: declared.needs,
  parameters: parametersOf(declared.parameters),
  example: declared.example ?? null,
  takesFiles: declared.takesFiles ?? false,
  prepare(texts) {
    const checked = declared.parameters.safeParse(texts);
    if (checked.success) return { run: call => declared.run(checked.data, call) };
    const [issue] = checked.error.issues;
    return { problem: `\`${String(issue?.path[0] ?? '')}\` is to be ${issue?.message ?? 'something else'}` };
  },
});
