import { type Check, fine, open, wrong } from './check.ts';

/** Agents send mail only where a server for it is configured. */
export const mailCheck: Check = {
  name: 'Mail',
  async run({ main, config, env, signal }) {
    const found = await main.describeMail({ config, env, signal });
    if (found === null) return open('no mail server is configured; agents send none');
    if (found.why !== null)
      return wrong(
        `${found.where} takes no mail: ${found.why}`,
        'Correct mail in config/parley.yaml (SMTP_…): docs/how-to/send-mail.md.',
      );
    const { allow } = config.mail;
    const to = allow.length === 0 ? 'nobody, as mail.allow is empty' : allow.join(', ');
    return fine(`${found.where} takes mail; agents may send to ${to}`);
  },
};
