import type { PingAnswer } from './ping.ts';

const renew =
  'Write the registration anew (npx parley registration --write <file>), give it to the homeserver, and restart that.';

/** What a ping that failed tells, and what to do. Pure. */
export function judgePing(answer: PingAnswer, ourUrl: string): { readonly detail: string; readonly remedy: string } {
  const { status, errcode, error = '', ourStatus } = answer;
  if (status === 401 || errcode === 'M_UNKNOWN_TOKEN') {
    return { detail: 'the homeserver does not know our as_token', remedy: renew };
  }
  if (status === 403)
    return { detail: 'the homeserver knows the registration by another id than parley', remedy: renew };
  if (errcode === 'M_URL_NOT_SET') return { detail: 'the registration names no address of ours', remedy: renew };
  if (errcode === 'M_BAD_STATUS' && (ourStatus === 401 || ourStatus === 403)) {
    return { detail: 'the homeserver shows another hs_token than ours', remedy: renew };
  }
  if (errcode === 'M_BAD_STATUS') {
    return {
      detail: `something that is not Parley answers the homeserver (status ${ourStatus ?? 'unknown'})`,
      remedy: `Make sure that the url in the registration leads to ${ourUrl}, and that nothing else listens there.`,
    };
  }
  if (errcode === 'M_CONNECTION_FAILED' || errcode === 'M_CONNECTION_TIMEOUT') {
    return {
      detail: `the homeserver does not reach us${error === '' ? '' : ` (${error})`}`,
      remedy:
        `The url in the registration must lead to ${ourUrl}, seen from the homeserver. Set PARLEY_LISTENER_URL to an address that ` +
        'it reaches, and PARLEY_LISTEN_HOST=0.0.0.0 if it is not on this machine, and write the registration anew.',
    };
  }
  if (status === 404) {
    return {
      detail: 'the homeserver can not ping application services',
      remedy: 'Update it; Synapse can since 1.84. Check that a proxy before it passes on all of /_matrix/client.',
    };
  }
  return {
    detail: `the homeserver answers with status ${status}${errcode === undefined ? '' : ` ${errcode}`}${error === '' ? '' : `: ${error}`}`,
    remedy: "Look into the homeserver's log.",
  };
}
