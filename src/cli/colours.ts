import { styleText } from 'node:util';
import type { Output } from './output.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** Colours text, if somebody sees it who wants colours (https://no-color.org). */
export function painter(output: Output, env: NodeJS.ProcessEnv): (style: Style, text: string) => string {
  const plain = output.isTTY !== true || Boolean(env.NO_COLOR) || env.TERM === 'dumb';
  return (style, text) => (plain ? text : styleText(style, text, { validateStream: false }));
}
