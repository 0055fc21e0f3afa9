import { z } from 'zod';
import { isMailAddress } from '../../src/core/tasks/mail-words.ts';
import { about } from '../about.ts';
import { reference } from './reference.ts';

const address = z.string().refine(isMailAddress, 'an address such as parley@example.org');
const pattern = z
  .string()
  .refine(
    text => text === '*' || isMailAddress(text.replace(/^\*@/, 'anybody@')),
    'an address, *@example.org for all of a domain, or "*" for everybody',
  );

const template = z.strictObject({
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(10_000),
});

export const mailSection = z
  .strictObject({
    host: z.string().min(1).max(253).nullable().default(null).register(about, {
      description: 'The server that takes the mail, by SMTP. Unset: agents send none.',
      env: 'SMTP_HOST',
      example: 'smtp.example.org',
    }),
    port: z.int().min(1).max(65_535).default(587).register(about, { description: 'Its port.', env: 'SMTP_PORT' }),
    security: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .register(about, {
        description:
          'starttls: encrypted after the greeting, and nothing is sent where the server can’t (port 587); tls: from the start (port 465); none: in the ' +
          'clear, for a server on this machine.',
        env: 'SMTP_SECURITY',
      }),
    user: z.string().min(1).max(320).nullable().default(null).register(about, {
      description: 'As whom to log in there. Unset: nobody.',
      env: 'SMTP_USER',
      example: 'parley@example.org',
    }),
    password: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(about, {
        description: 'The password for that.',
        env: 'SMTP_PASSWORD',
        example: reference('SMTP_PASSWORD'),
      }),
    passwordFile: z.string().min(1).nullable().default(null).register(about, {
      description: 'A file with the password, instead; from the folder where Parley is started.',
      env: 'SMTP_PASSWORD_FILE',
      example: '/run/secrets/smtp',
    }),
    from: address.nullable().default(null).register(about, {
      description: 'The sender’s address.',
      env: 'SMTP_FROM',
      example: 'parley@example.org',
    }),
    allow: z
      .array(pattern)
      .max(1_000)
      .default([])
      .register(about, {
        description:
          'To whom agents may send: addresses, *@example.org for all of a domain, or "*". All others are refused.',
        example: ['*@example.org', 'mara@example.com'],
      }),
    attachmentsMiB: z.number().min(0.1).max(100).default(10).register(about, {
      description: 'All files of a mail together, in MiB.',
    }),
    perTask: z.int().min(1).max(100).default(5).register(about, { description: 'Mails that one task may send.' }),
    templates: z
      .record(z.string().regex(/^[\w-]{1,64}$/, 'a name of letters, digits and dashes'), template)
      .default({})
      .register(about, {
        description: 'Mails that agents fill in, by name. In subject and text, {{name}} stands for a value.',
        example: { report: { subject: 'Report: {{title}}', text: 'Dear {{name}}, {{summary}}' } },
      }),
  })
  .refine(({ host, from }) => host === null || from !== null, {
    path: ['from'],
    error: 'expected the address of a sender beside mail.host',
  })
  .prefault({})
  .register(about, {
    description: 'Mail that agents send in the work on tasks; a person allows each one (docs/how-to/send-mail.md).',
  });
