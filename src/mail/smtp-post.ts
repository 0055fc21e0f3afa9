import { createTransport } from 'nodemailer';
import type { Mail, MailRules, Post, Sent } from '../ports/mail.ts';
import { htmlOf } from './html-of.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `starttls`: encrypted after the greeting, or not at all sent; `tls`: from the start; `none`: in the clear. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | null;
  readonly password: string | null;
}

interface Given {
  readonly server: SmtpServer;
  /** The sender's address. */
  readonly from: string;
  readonly rules: MailRules;
}

const [connectMs, silenceMs] = [15_000, 60_000];

/** Mail by a server that speaks SMTP. Each mail has a connection of its own, which ends with it. */
export function smtpPost({ server, from, rules }: Given): Post {
  return {
    rules,
    domain: from.slice(from.lastIndexOf('@') + 1),
    async tryOut(signal) {
      signal.throwIfAborted();
      const transport = createTransport(optionsOf(server));
      const stop = (): void => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await transport.verify();
        return null;
      } catch (error) {
        signal.throwIfAborted();
        return whyOf(error as SmtpError);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
    async send(mail, signal) {
      signal.throwIfAborted();
      let isUnderWay = false;
      const transport = createTransport({
        ...optionsOf(server),
        // The only thing that tells when the mail itself begins.
        logger: listener(({ tnx }) => {
          isUnderWay ||= tnx === 'send';
        }) as never,
      });
      try {
        const { rejected } = await transport.sendMail({ ...wordsOf(mail, from), signal });
        return { outcome: 'sent', refused: (rejected as readonly unknown[]).map(String) };
      } catch (error) {
        signal.throwIfAborted();
        return failure(error as SmtpError, isUnderWay);
      } finally {
        transport.close();
      }
    },
  };
}

const optionsOf = ({ host, port, security, user, password }: SmtpServer) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
  connectionTimeout: connectMs,
  greetingTimeout: connectMs,
  dnsTimeout: connectMs,
  socketTimeout: silenceMs,
  // What a mail consists of is in it: nothing is read from disks or sites.
  disableFileAccess: true,
  disableUrlAccess: true,
});

function wordsOf({ messageId, date, to, subject, text, attachments }: Mail, from: string) {
  return {
    messageId,
    date: new Date(date),
    from,
    to: [...to],
    envelope: { from, to: [...to] },
    subject,
    text,
    html: htmlOf(text),
    // A program has sent it, so no other program should answer it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: attachments.map(({ name, mimeType, data }) => ({
      filename: name,
      contentType: mimeType,
      content: Buffer.from(data),
    })),
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** What a server answers is a clear no; a connection that broke after the mail had begun says nothing. */
function failure(error: SmtpError, isUnderWay: boolean): Sent {
  const { code, responseCode } = error;
  const isClear = !isUnderWay || responseCode !== undefined || code === 'EENVELOPE' || code === 'EMESSAGE';
  return { outcome: isClear ? 'refused' : 'unknown', why: whyOf(error) };
}

const whyOf = ({ response, message }: SmtpError): string =>
  (response ?? message).replace(/[\s\p{C}]+/gu, ' ').slice(0, 300);

/** The library tells what it does to a logger. */
function listener(hear: (entry: { readonly tnx?: string }) => void): object {
  return Object.fromEntries(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'level'].map(level => [level, hear] as const),
  );
}
