import { type ShowSasCallbacks, VerificationPhase, VerifierEvent } from 'matrix-js-sdk/lib/crypto-api/verification.js';
import type { SecretPerson } from './secret-person.ts';

/** As long as one may take. The library's own limit is ten minutes. */
const verifyMs = 30_000;

/** Verifies somebody in a room by emoji, and says that they match. Gives the emoji. */
export async function verifyByEmoji(person: SecretPerson, room: string, user: string): Promise<string[]> {
  const request = await person.crypto.requestVerificationDM(user, room);
  await person.until('the other side to be ready', () => request.phase === VerificationPhase.Ready || undefined);
  const verifier = await request.startVerification('m.sas.v1');
  const shown = Promise.withResolvers<string[]>();
  const confirm = (sas: ShowSasCallbacks): void => {
    shown.resolve((sas.sas.emoji ?? []).map(([symbol]) => symbol));
    void sas.confirm();
  };
  verifier.on(VerifierEvent.ShowSas, confirm);
  // They are shown once; the agent may have been faster than the answer to the request that began it.
  const already = verifier.getShowSasCallbacks();
  if (already !== null) confirm(already);
  let isVerified = false;
  const verified = verifier.verify().then(() => {
    isVerified = true;
  });
  const ends = person.until(`the end of the verification of ${user}`, () => isVerified || undefined, verifyMs);
  await Promise.race([verified, ends]);
  return shown.promise;
}
