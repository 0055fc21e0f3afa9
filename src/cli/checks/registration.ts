import { readTokens } from '../../data-folder/tokens.ts';
import { untilReady } from '../../homeserver/readiness.ts';
import { type Check, type CheckContext, fine, open, wrong } from './check.ts';
import { knownHomeserver, oneTry } from './known-homeserver.ts';
import { pingAnswer, standIn } from './ping.ts';
import { judgePing } from './ping-verdict.ts';

/**
 * Whether the homeserver takes our token, reaches us, and shows the token that we expect: it is asked to ping us, as Parley itself
 * does at its start. Where Parley does not run, something small listens in its place meanwhile.
 */
export const registrationCheck: Check = {
  name: 'Registration',
  async run(context) {
    const known = await knownHomeserver(context);
    if (known === undefined) return open('there is no homeserver yet');
    if ((await untilReady(known.url, { ...oneTry, signal: context.signal })) !== undefined)
      return open('the homeserver does not answer');
    const tokens = await readTokens(context.config.dataDir, context.config.matrix);
    if (tokens === undefined) {
      return wrong(
        'there are no tokens yet',
        'Run npx parley registration --write <file>, and give the file to the homeserver.',
      );
    }
    await using _listener = await standIn(context.config.listener, tokens.hsToken);
    const answer = await pingAnswer(known.url, tokens.asToken, context.signal);
    if (answer.status === 200) return fine('accepted in both directions');
    const { detail, remedy } = judgePing(answer, whereWeListen(context));
    return wrong(detail, remedy);
  },
};

function whereWeListen({ config: { listener } }: CheckContext): string {
  return listener.url ?? `http://${listener.host}:${listener.port}`;
}
