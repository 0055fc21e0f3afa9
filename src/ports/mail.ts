/** A mail as it goes out. Addresses and subject have no line ends in them. */
export interface Mail {
  /** `<…@…>`: of one name there is one mail in the world, so that whoever gets it twice can tell. */
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly to: readonly string[];
  readonly subject: string;
  /** Markdown; it goes out as text and as HTML. */
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
}

export interface MailAttachment {
  readonly name: string;
  readonly mimeType: string;
  readonly data: Uint8Array;
}

/** What became of a mail. `why` is in one sentence, and without the password. */
export type Sent =
  /** The server has taken it, but for these recipients. */
  | { readonly outcome: 'sent'; readonly refused: readonly string[] }
  /** Nobody got it. */
  | { readonly outcome: 'refused'; readonly why: string }
  /** It was under way when the connection broke: the server may have taken it. */
  | { readonly outcome: 'unknown'; readonly why: string };

export interface MailTemplate {
  readonly subject: string;
  /** Markdown in which `{{name}}` stands for a value. */
  readonly text: string;
}

/** What the operator lets agents send. */
export interface MailRules {
  /** To whom: addresses, `*@example.org` for all of a domain, `*` for everybody. */
  readonly allow: readonly string[];
  readonly templates: ReadonlyMap<string, MailTemplate>;
  /** Of all attachments of a mail together, in bytes. */
  readonly attachmentBytes: number;
  /** Mails of one task. */
  readonly perTask: number;
}

/** How agents send mail. */
export interface Post {
  readonly rules: MailRules;
  /** What stands behind the `@` in the ids of mails. */
  readonly domain: string;
  /** Hands a mail to the server. Rejects with the reason of `signal` only; then nobody knows what became of it. */
  send(mail: Mail, signal: AbortSignal): Promise<Sent>;
  /** Logs in and sends nothing. Null, or in one sentence why nothing can be sent. Rejects with the reason of `signal` only. */
  tryOut(signal: AbortSignal): Promise<string | null>;
}
