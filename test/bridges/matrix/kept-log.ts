import type { Log } from '../../../src/ports/log.ts';

export interface KeptLog extends Log {
  readonly lines: {
    readonly level: keyof Log;
    readonly fields: Readonly<Record<string, unknown>>;
    readonly message: string;
  }[];
}

/** A log that a test can read. */
export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const write = (level: keyof Log) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
