import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** An authority, and a certificate of it for localhost. */
export async function makeCertificate(folder: string): Promise<{ ca: string; key: string; cert: string }> {
  const at = (name: string): string => join(folder, name);
  const [ca, key, cert] = [at('ca.pem'), at('key.pem'), at('cert.pem')];
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
  const fresh = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await openssl(...fresh, '-keyout', at('ca.key'), '-out', ca, '-subj', '/CN=The authority of the tests');
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=CA:FALSE'];
  await openssl(
    ...fresh,
    '-keyout',
    key,
    '-out',
    cert,
    '-subj',
    '/CN=localhost',
    '-CA',
    ca,
    '-CAkey',
    at('ca.key'),
    ...names,
  );
  return { ca, key, cert };
}
