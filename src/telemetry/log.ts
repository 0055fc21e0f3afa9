import pino from 'pino';
import type { Log } from '../ports/log.ts';
import { boundedFile } from './bounded-file.ts';
import { cause } from './cause.ts';
import { loggable } from './redact.ts';

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Whether texts of messages may be logged. */
  readonly texts: boolean;
  /** A file of a bounded size, or something to write JSON lines to. */
  readonly to: { readonly file: string; readonly maxBytes: number } | { readonly write: (line: string) => void };
}

/** The log of a process. */
export interface OpenLog extends Log {
  /** The same log with these fields in every line, such as the id of what caused it all. */
  with(fields: Readonly<Record<string, unknown>>): Log;
  /** Writes what waits. Lines that come later may be lost. */
  close(): void;
}

/** Opens a log of JSON lines. Secrets never reach it, nor texts of messages unless `texts` is set. */
export function openLog({ level, texts, to }: LogOptions): OpenLog {
  const destination = 'file' in to ? boundedFile(to.file, to.maxBytes) : { write: to.write, close: () => {} };
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are cleaned below; pino's own serializer would take them apart once more.
      serializers: { err: error => error },
      formatters: { level: label => ({ level: label }) },
    },
    destination,
  );
  return {
    ...logOf(logger, {}, texts),
    with: fields => logOf(logger, fields, texts),
    close: () => destination.close(),
  };
}

/** Which message all of it follows from, so that its lines are found together. */
function caused(): { readonly correlationId?: string } {
  const correlationId = cause();
  return correlationId === undefined ? {} : { correlationId };
}

/**
 * The fields are cleaned here and not by pino's `redact`, whose paths end at a fixed depth; and pino would take the message of an
 * error, which may quote somebody, for the line's own.
 */
function logOf(logger: pino.Logger, always: Readonly<Record<string, unknown>>, texts: boolean): Log {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (logger.isLevelEnabled(level)) logger[level](loggable({ ...caused(), ...always, ...fields }, texts), message);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
