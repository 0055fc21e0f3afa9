import { randomBytes } from 'node:crypto';
import type { OlmMachine } from '@matrix-org/matrix-sdk-crypto-wasm';
import { z } from 'zod';
import { ParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import type { KeyIdentity } from '../../../src/core/key-page.ts';
import type { Collection } from '../../../src/ports/store.ts';

const seeds = z.object({ master: z.string(), selfSigning: z.string(), userSigning: z.string() });

/** Who an agent is in encrypted rooms, as it is stored; a new one is stored first. */
export async function identityOf(identities: Collection<KeyIdentity>, agent: AgentId): Promise<KeyIdentity> {
  for (;;) {
    const known = await identities.get(agent);
    if (known !== null) return known;
    await identities.insert([{ _id: agent, device: newDeviceId(), seeds: null }]);
  }
}

/** Gives an agent another device, unless somebody has done so: its keys are lost, or were never here. */
export async function withNewDevice(identities: Collection<KeyIdentity>, identity: KeyIdentity): Promise<KeyIdentity> {
  return (await identities.replace({ ...identity, device: newDeviceId() })) ?? identityOf(identities, identity._id);
}

export const devicePrefix = 'PARLEY';

/** An id is never used for other keys again: people's clients would distrust it. */
const newDeviceId = (): string => `${devicePrefix}${randomBytes(5).toString('hex').toUpperCase()}`;

/** Makes the machine's identity the one that is stored; false where none is, or the homeserver does not know it. */
export async function importSeeds(machine: OlmMachine, identity: KeyIdentity): Promise<boolean> {
  if (identity.seeds === null) return false;
  const { master, selfSigning, userSigning } = seeds.parse(JSON.parse(identity.seeds));
  const { hasMaster, hasSelfSigning, hasUserSigning } = await machine.importCrossSigningKeys(
    master,
    selfSigning,
    userSigning,
  );
  return hasMaster && hasSelfSigning && hasUserSigning;
}

/** Keeps the machine's identity. */
export async function keepSeeds(
  identities: Collection<KeyIdentity>,
  identity: KeyIdentity,
  machine: OlmMachine,
): Promise<void> {
  const exported = await machine.exportCrossSigningKeys();
  const { masterKey: master, self_signing_key: selfSigning, userSigningKey: userSigning } = exported ?? {};
  exported?.free();
  const kept = JSON.stringify({ master, selfSigning, userSigning });
  if (kept === identity.seeds) return;
  if ((await identities.replace({ ...identity, seeds: kept })) !== null) return;
  const message = `Somebody else makes keys for ${identity._id} at the same time. It is tried again.`;
  throw new ParleyError('DEVICE_TAKEN', message, { retry: true });
}
