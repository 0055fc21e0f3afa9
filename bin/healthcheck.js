// For a container engine, which has no other means to ask: ends well if the Parley of this container is ready.
const { PARLEY_METRICS_HOST: host = '127.0.0.1', PARLEY_METRICS_PORT: port = '9464' } = process.env;
const here = host === '0.0.0.0' || host === '::' || host === '' ? '127.0.0.1' : host;
const place = here.includes(':') ? `[${here}]` : here;
const answer = await fetch(`http://${place}:${port || '9464'}/readyz`, { signal: AbortSignal.timeout(4_000) }).catch(
  error => ({ ok: false, text: async () => String(error.cause ?? error) }),
);
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
