import Bottleneck from 'bottleneck';
import { z } from 'zod';
import type { Agent } from '../../src/core/agent.ts';
import type { Cipher } from './crypto/cipher.ts';
import { ensureAccount, ensureDevice } from './devices.ts';
import { avatarOf, ensureProfile, type ProfileOptions } from './profile.ts';

const fingerprint = z.object({
  user: z.string(),
  name: z.string(),
  avatar: z.string(),
  device: z.boolean(),
  /** Whether its keys for encrypted rooms are there, where they are made at once. */
  keys: z.boolean().optional(),
});
type Fingerprint = z.infer<typeof fingerprint>;

interface ProvisionOptions extends ProfileOptions {
  readonly cipher: Pick<Cipher, 'onlyEncrypted' | 'prepare'> | null;
}

// Ten thousand agents must not stand in the way of the first answer.
const atOnce = 10;

/** Makes agents users of the homeserver. Gives what is now true of each. */
export function provisioning(options: ProvisionOptions): (agent: Agent, known: string | null) => Promise<string> {
  const limiter = new Bottleneck({ maxConcurrent: atOnce });

  return async (agent, known) => {
    const avatar = await avatarOf(agent);
    const wanted = { user: options.names.userId(agent._id), name: agent.name, avatar: avatar.key };
    const before = parse(known);
    if (before !== null && JSON.stringify(wanted) === JSON.stringify({ ...before, ...besides })) {
      if (!before.device) options.requests.useDevices = false;
      return limiter.schedule(() => withKeys(options, agent, before));
    }
    return limiter.schedule(async () => {
      await ensureAccount(options.requests, options.names, agent._id);
      const device = await ensureDevice(options.requests, agent._id);
      if (!device) options.requests.useDevices = false;
      await ensureProfile(options, agent, avatar);
      return withKeys(options, agent, { ...wanted, device });
    });
  };
}

const besides = { device: undefined, keys: undefined };

/** Clients encrypt a new direct chat only with who has keys already. */
async function withKeys({ cipher }: ProvisionOptions, agent: Agent, made: Fingerprint): Promise<string> {
  if (cipher?.onlyEncrypted !== true || made.keys === true) return JSON.stringify(made);
  return JSON.stringify({ ...made, keys: await cipher.prepare(agent._id) });
}

function parse(known: string | null): Fingerprint | null {
  try {
    return known === null ? null : fingerprint.parse(JSON.parse(known));
  } catch {
    return null;
  }
}
