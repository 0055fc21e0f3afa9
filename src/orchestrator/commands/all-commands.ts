import type { Command } from './command.ts';
import { help } from './help.ts';
import { stop } from './stop.ts';
import { who } from './who.ts';

/** Every command, in the order of `!help`. A new one is a file beside this one and a word here. */
export const allCommands: readonly Command[] = [help, who, stop];
