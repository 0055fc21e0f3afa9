import { printSample } from '../../config/print-sample.ts';
import type { CliContext } from './context.ts';

export async function runConfigSample({ stdout }: CliContext): Promise<number> {
  stdout.write(printSample());
  return 0;
}
