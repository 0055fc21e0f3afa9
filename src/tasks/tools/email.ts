import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isMailAddress, mayGetMail } from '../../core/tasks/mail-words.ts';
import type { Post, Sent } from '../../ports/mail.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { tellUnsure } from '../tell-unsure.ts';
import { stageOf, type Working } from '../working.ts';
import { formerMails, sentMark, unsureMark } from './former-mails.ts';
import { readAttachments } from './mail-attachments.ts';
import { fromTemplate } from './mail-template.ts';

const oneLine = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'one line, without control characters');

const parameters = z.object({
  to: z
    .array(z.string().max(254).refine(isMailAddress, 'a bare address, such as mara@example.org'))
    .min(1)
    .max(10)
    .describe('Addresses, without names.'),
  subject: oneLine.min(1).optional().describe('One line.'),
  text: z.string().trim().min(1).max(10_000).optional().describe('The whole mail, in Markdown.'),
  attachments: z
    .array(
      z.object({
        path: z.string().min(1).max(200).describe('A file of the workspace, such as output/report.pdf.'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
          .optional()
          .describe('Its SHA-256, which a first call without it tells.'),
      }),
    )
    .max(10)
    .default([]),
  template: z.string().max(64).optional().describe('Instead of subject and text: the name of a template.'),
  values: z
    .record(z.string().max(40), z.string().max(4_000))
    .default({})
    .describe('What stands in the places of the template.'),
});

type EmailWish = z.output<typeof parameters>;

/** A mail whose every part a person has read before it goes. */
type WholeMail = EmailWish & { readonly subject: string; readonly text: string };

/** Sends a mail that a person has allowed as it stands; null where there is no way to send one, or outside of the stage build. */
export function emailTool(working: Working): Tool | null {
  const post = working.parley.workTools.mail ?? null;
  if (post === null || stageOf(working.task) !== 'build') return null;
  return tool({
    name: 'email',
    description:
      'Sends a mail, where a person wants one. A person has to allow it first, as it stands, and reads all of it. Files need their SHA-256, and a template has to be filled: a call without that sends nothing and gives what to call it with.',
    parameters,
    limitMs: 180_000,
    once: true,
    danger: async wish => {
      if (refusal(post, wish) !== null || !isWhole(wish)) return null;
      const { same, count } = await formerMails(working, wish);
      if (count >= post.rules.perTask || same === 'sent') return null;
      const again = same === 'unsure' ? ' once more, although the first one may have gone out' : '';
      return `sends mail to ${wish.to.join(', ')}${again}`;
    },
    run: (wish, signal, name) => run({ working, post }, wish, { signal, name: name ?? 'nobody' }),
  });
}

interface Sending {
  readonly working: Working;
  readonly post: Post;
}

interface Call {
  readonly signal: AbortSignal;
  readonly name: string;
}

/** What can't be sent whatever a person says; null: it can. */
function refusal({ rules }: Post, { to }: EmailWish): string | null {
  const refused = to.filter(one => !mayGetMail(rules.allow, one));
  return refused.length === 0
    ? null
    : `Not sent: whoever runs Parley has not allowed mail to ${refused.join(', ')} (mail.allow). Say so in the result.`;
}

const isWhole = (wish: EmailWish): wish is WholeMail =>
  wish.template === undefined &&
  wish.subject !== undefined &&
  wish.text !== undefined &&
  wish.attachments.every(({ sha256 }) => sha256 !== undefined);

async function run({ working, post }: Sending, wish: EmailWish, call: Call): Promise<string> {
  const refused = refusal(post, wish);
  if (refused !== null) return refused;
  if (wish.template !== undefined) return fromTemplate(post.rules, wish);
  const read = await readAttachments(working, wish.attachments, { most: post.rules.attachmentBytes, ...call });
  if (typeof read === 'string') return read;
  if (!isWhole(wish)) return 'Not sent: a mail needs a subject and a text, or the name of a template.';
  const { same, count } = await formerMails(working, wish);
  if (same === 'sent') return 'Not sent: just this mail was sent before, in this task.';
  if (count >= post.rules.perTask) return `Not sent: a task sends at most ${post.rules.perTask} mails.`;
  const mail = {
    messageId: messageIdOf(call.name, post.domain),
    date: working.parley.clock.now(),
    to: wish.to,
    subject: wish.subject,
    text: wish.text,
    attachments: read,
  };
  return told({ working, wish, call, sent: await post.send(mail, call.signal), id: mail.messageId });
}

/** The same for a call for ever. */
const messageIdOf = (call: string, domain: string): string =>
  `<parley.${createHash('sha256').update(call).digest('hex').slice(0, 40)}@${domain}>`;

interface Told {
  readonly working: Working;
  readonly wish: WholeMail;
  readonly call: Call;
  readonly sent: Sent;
  readonly id: string;
}

async function told({ working, wish, call, sent, id }: Told): Promise<string> {
  if (sent.outcome === 'refused') return `Not sent. The mail server says: ${JSON.stringify(sent.why)}`;
  if (sent.outcome === 'sent') {
    const got = wish.to.filter(one => !sent.refused.includes(one));
    const rest = sent.refused.length === 0 ? '' : ` The server did not take it for ${sent.refused.join(', ')}.`;
    return `${sentMark} to ${got.join(', ')}, as ${id}.${rest}`;
  }
  const what = `sends mail to ${wish.to.join(', ')}`;
  const why = `The connection to the mail server broke in the middle (${id}).`;
  await tellUnsure({ ...working, agent: working.agent._id }, { call: call.name, what, why });
  return `${unsureMark}: the connection broke in the middle (${JSON.stringify(sent.why)}). People were told. Do not send it again unless a person says that it has not come.`;
}
