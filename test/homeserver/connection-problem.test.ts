import { expect, test } from 'vitest';
import { connectionProblem } from '../../src/homeserver/connection-problem.ts';

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not accepted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not accepted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not accepted'],
])('a certificate whose issuer nobody knows (%s) is taken when Node is given the issuer', (code, words) => {
  expect(connectionProblem(code)).toBe(`${words} (${code}); give Node the issuer with NODE_EXTRA_CA_CERTS`);
});

test.each([
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['CERT_REVOKED', 'its certificate is not accepted'],
])('what an issuer does not help (%s) gets no advice about issuers', (code, words) => {
  expect(connectionProblem(code)).toContain(`${words} (${code})`);
  expect(connectionProblem(code)).not.toContain('NODE_EXTRA_CA_CERTS');
});
