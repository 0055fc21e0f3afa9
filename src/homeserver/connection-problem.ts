/** Why there is no connection, in words: what people can do nothing with as a code alone. */
export function connectionProblem(code: string): string {
  if (code === 'UND_ERR_SOCKET') return 'what is there closed the connection without an answer';
  if (/^UNABLE_TO_|SELF_SIGNED/.test(code))
    return `its certificate is not accepted (${code}); give Node the issuer with NODE_EXTRA_CA_CERTS`;
  if (code === 'CERT_HAS_EXPIRED') return `its certificate has expired (${code}); it has to be renewed there`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is for another name (${code}); write the address with a name that is in it`;
  if (/CERT|^ERR_TLS_/.test(code)) return `its certificate is not accepted (${code})`;
  if (/^ERR_SSL_|^EPROTO$/.test(code))
    return `it speaks no TLS there (${code}); the address may have to begin with http://`;
  return code;
}
