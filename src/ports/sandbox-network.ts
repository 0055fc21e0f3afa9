import type { RefUpdate } from '../core/git/receive-pack.ts';

/**
 * A host that the commands of a workspace may reach, by the proxy that the environment of each command names. All else is unreachable. What a
 * name resolves to is checked each time: private, loopback, link-local and metadata addresses are refused.
 */
export interface Grant {
  /** `pypi.org`, or `*.example.org` for all names below it. In lower case; never an address. */
  readonly host: string;
  /** Default: 443. */
  readonly port?: number;
  /** By TLS, where the request is plain HTTP inside. Default: where the port is 443. */
  readonly secure?: boolean;
  /**
   * Nothing goes through but what git itself asks of these repositories by plain HTTP: they are read, and changed as `push` says, whatever program
   * inside asks. No tunnel.
   */
  readonly git?: readonly GitGrant[];
  /** The name may lead into a private network, as the operator's own package index does. Set by configuration only, never by an agent. */
  readonly internal?: true;
}

/** A repository that may be read. */
export interface GitGrant {
  /** Its path on the host: `acme/app`. */
  readonly repository: string;
  /**
   * Added outside to each request about it, so that no secret gets in; for that the request is plain HTTP inside. What the command sends under these names is
   * dropped.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** The one change that may be pushed; left out: none. */
  readonly push?: RefUpdate;
}
