const everywhere = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'LC_*'];

const alsoFor = {
  synapse: ['LD_LIBRARY_PATH', 'LD_PRELOAD', 'SYNAPSE_CACHE_FACTOR'],
  pip: ['LD_LIBRARY_PATH', 'PIP_*', '*_PROXY', '*_proxy', 'SSL_*', 'REQUESTS_CA_BUNDLE', 'XDG_*', 'PYENV_*', 'ASDF_*'],
  docker: ['DOCKER_*', 'COMPOSE_*', '*_PROXY', '*_proxy', 'SSH_AUTH_SOCK', 'XDG_*', 'USERPROFILE', 'PROGRAMDATA'],
} as const;

/**
 * The part of the environment that a child needs. The rest stays here: it holds the keys of models, and a `PYTHONPATH` made for
 * something else would break the homeserver. Synapse gets no proxy either, as all that it calls is on this machine.
 */
export function childEnvironment(env: NodeJS.ProcessEnv, child: keyof typeof alsoFor): NodeJS.ProcessEnv {
  const patterns = [...everywhere, ...alsoFor[child]];
  return Object.fromEntries(Object.entries(env).filter(([name]) => patterns.some(pattern => matches(name, pattern))));
}

function matches(name: string, pattern: string): boolean {
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return name === pattern;
}
