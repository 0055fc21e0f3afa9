import { filled, placesIn } from '../../core/tasks/mail-words.ts';
import type { MailRules } from '../../ports/mail.ts';

/** A template with its values, for the model to send: a person is to read the mail itself, not how it is made. */
export function fromTemplate(
  { templates }: MailRules,
  {
    template = '',
    values,
  }: { readonly template?: string | undefined; readonly values: Readonly<Record<string, string>> },
): string {
  const found = templates.get(template);
  if (found === undefined) {
    const names = [...templates].map(
      ([name, { subject, text }]) => `${name} (${placesIn(`${subject} ${text}`).join(', ') || 'no values'})`,
    );
    return `Not sent: there is no such template. There are: ${names.join('; ') || 'none'}.`;
  }
  const missing = placesIn(`${found.subject} ${found.text}`).filter(name => !Object.hasOwn(values, name));
  if (missing.length > 0) return `Not sent: the template wants values for ${missing.join(', ')}.`;
  const mail = { subject: filled(found.subject, values).replace(/\s+/gu, ' '), text: filled(found.text, values) };
  return `Not sent yet. Call it again without a template, with: ${JSON.stringify(mail)}`;
}
