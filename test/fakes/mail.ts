import type { Mail, MailRules, Post, Sent } from '../../src/ports/mail.ts';

export interface PostOffice extends Post {
  /** What went out, in order. */
  readonly mails: Mail[];
  /** What becomes of mails from now on. */
  become(sent: Sent | ((signal: AbortSignal) => Promise<Sent>)): void;
}

/** A mail server in this process: keeps what it gets. */
export function postOffice(rules: Partial<MailRules> = {}): PostOffice {
  const mails: Mail[] = [];
  let becomes: (signal: AbortSignal) => Promise<Sent> = async () => ({ outcome: 'sent', refused: [] });
  return {
    mails,
    rules: { allow: ['*@example.org'], templates: new Map(), attachmentBytes: 1_000, perTask: 3, ...rules },
    domain: 'parley.example.org',
    become(next) {
      becomes = typeof next === 'function' ? next : async () => next;
    },
    tryOut: async () => null,
    async send(mail, signal) {
      mails.push(mail);
      return becomes(signal);
    },
  };
}
