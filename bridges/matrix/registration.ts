import { stringify } from 'yaml';
import { escapeRegExp } from './names.ts';

export interface RegistrationOptions {
  readonly id: string;
  /** Where the homeserver reaches Parley. */
  readonly url: string;
  readonly asToken: string;
  readonly hsToken: string;
  readonly senderLocalpart: string;
  /** That of @parley. */
  readonly keeperLocalpart: string;
  readonly serverName: string;
}

/**
 * What a homeserver must know of Parley.
 * https://spec.matrix.org/v1.16/application-service-api/#registration
 */
function registration(options: RegistrationOptions): Readonly<Record<string, unknown>> {
  const server = escapeRegExp(options.serverName);
  return {
    id: options.id,
    url: options.url,
    as_token: options.asToken,
    hs_token: options.hsToken,
    sender_localpart: options.senderLocalpart,
    namespaces: {
      users: [
        { exclusive: true, regex: `@agent-[a-z0-9-]+:${server}` },
        { exclusive: true, regex: `@${escapeRegExp(options.keeperLocalpart)}:${server}` },
      ],
      aliases: [{ exclusive: true, regex: `#parley-[a-z0-9-]+:${server}` }],
      rooms: [],
    },
    // The homeserver's limits are for people; agents are held back by Parley's own.
    rate_limited: false,
    // Devices without a login, also where the Matrix Authentication Service runs (MSC4190).
    'io.element.msc4190': true,
  };
}

/** The registration as a file for the homeserver. */
export function registrationYaml(options: RegistrationOptions): string {
  return stringify(registration(options));
}
