import type { SaidMessage } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Scene } from '../handle/handling.ts';

export interface CommandCall {
  readonly message: SaidMessage;
  /** What stands behind the command's name, trimmed. */
  readonly rest: string;
  readonly scene: Scene;
  /** Answers in the room, as a notice. */
  readonly reply: (text: string, scene?: Pick<Scene, 'floor'>) => Decision;
}

/** A command that people write as `!name …`. One file each. */
export interface Command {
  readonly name: string;
  /** `!stop`, `!task <title>` */
  readonly usage: string;
  /** One line for `!help`. */
  readonly summary: string;
  /** May be run again for the same message after a crash: every effect may be repeated. */
  readonly run: (call: CommandCall) => Promise<Decision>;
}
