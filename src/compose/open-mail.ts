import { readFile } from 'node:fs/promises';
import type { Config } from '../../config/load.ts';
import type { Main } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { smtpPost } from '../mail/smtp-post.ts';
import type { Post } from '../ports/mail.ts';

const MiB = 1024 * 1024;

/** The way out for mail, as it is configured; undefined: there is none. Nothing is connected before somebody sends. */
export async function openMail({ mail }: Pick<Config, 'mail'>): Promise<Post | undefined> {
  const { host, from, port, security, user, allow, attachmentsMiB, perTask, templates } = mail;
  if (host === null || from === null) return undefined;
  const password = mail.passwordFile === null ? mail.password : await readPassword(mail.passwordFile);
  return smtpPost({
    server: { host, port, security, user, password },
    from,
    rules: {
      allow,
      perTask,
      attachmentBytes: Math.floor(attachmentsMiB * MiB),
      templates: new Map(Object.entries(templates)),
    },
  });
}

export const describeMail: Main['describeMail'] = async ({ config, signal }) => {
  const post = await openMail(config);
  if (post === undefined) return null;
  return { where: `${config.mail.host}:${config.mail.port}`, why: await post.tryOut(signal) };
};

async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ParleyError(
      'CONFIG_INVALID',
      `mail.passwordFile (SMTP_PASSWORD_FILE) names ${file}, which can’t be read. Put the password there, or unset it.`,
      { cause },
    );
  });
  return text.trimEnd();
}
