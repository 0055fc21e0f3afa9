/** A server of git repositories, and those of it that tasks may use, as the operator says. */
export interface GitHost {
  /** `https://github.com`: scheme, host, perhaps a port, and no more. */
  readonly url: string;
  /** `acme/app`, `acme/*`, `*`. */
  readonly repositories: readonly string[];
  /** Null: everybody may read there, and nothing is changed. */
  readonly token: string | null;
  /** The name that goes with the token, where git asks for both. */
  readonly username: string;
  /** Where its API of GitHub's kind is; null: it has none. */
  readonly api: string | null;
  /** It may be in a private network. */
  readonly internal: boolean;
}

/** A repository, and what Parley may do with it. */
export interface Remote {
  readonly host: GitHost;
  /** `acme/app`. */
  readonly repository: string;
  /** Its address, as people write it: `https://github.com/acme/app`. */
  readonly url: string;
}

const part = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** The repository that is meant by an address, `git@host:owner/name`, or `owner/name` of the first host; null: none that tasks may use. */
export function remoteOf(hosts: readonly GitHost[], given: string): Remote | null {
  const parsed = taken(given, hosts[0]?.url);
  if (parsed === null || !parsed.repository.split('/').every(one => part.test(one) && !one.endsWith('.'))) return null;
  const host = hosts.find(
    one => isAt(one, parsed.origin) && one.repositories.some(it => isNamed(it, parsed.repository)),
  );
  return host === undefined ? null : { host, ...parsed, url: `${host.url}/${parsed.repository}` };
}

function taken(
  given: string,
  first: string | undefined,
): { readonly origin: string; readonly repository: string } | null {
  const ssh = /^(?:ssh:\/\/)?git@([A-Za-z0-9.-]+)[:/](.+)$/.exec(given);
  const short = /^[\w.-]+\/[\w.-]+$/.test(given) ? `${first}/${given}` : given;
  const address = ssh === null ? short : `https://${ssh[1]}/${ssh[2]}`;
  if (!URL.canParse(address)) return null;
  const { protocol, origin, pathname, search, hash, username, password } = new URL(address);
  if (!/^https?:$/.test(protocol) || `${search}${hash}${username}${password}` !== '') return null;
  const repository = pathname
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return repository.includes('/') ? { origin, repository } : null;
}

const isAt = ({ url }: GitHost, origin: string): boolean => new URL(url).origin === origin;

/** Names of owners and repositories are the same in large and small letters. */
function isNamed(pattern: string, repository: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), repository.toLowerCase()];
  if (wanted === '*') return true;
  return wanted.endsWith('/*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

const github = 'https://github.com';

/** Where the API of GitHub's kind of a server is, as far as it goes without saying. */
export const usualApi = (url: string): string => (url === github ? 'https://api.github.com' : `${url}/api/v3`);
