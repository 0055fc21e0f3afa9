type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** A structured log: fields first, then a sentence. Never the text of a message, never a secret. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
