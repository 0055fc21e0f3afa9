import Bottleneck from 'bottleneck';
import { z } from 'zod';
import type { Agent } from '../../src/core/agent.ts';
import { ensureAccount, ensureDevice } from './devices.ts';
import { avatarOf, ensureProfile, type ProfileOptions } from './profile.ts';

const fingerprint = z.object({ user: z.string(), name: z.string(), avatar: z.string(), device: z.boolean() });

// Ten thousand agents must not stand in the way of the first answer.
const atOnce = 10;

/** Makes agents users of the homeserver. Gives what is now true of each. */
export function provisioning(options: ProfileOptions): (agent: Agent, known: string | null) => Promise<string> {
  const limiter = new Bottleneck({ maxConcurrent: atOnce });

  return async (agent, known) => {
    const avatar = await avatarOf(agent);
    const wanted = { user: options.names.userId(agent._id), name: agent.name, avatar: avatar.key };
    const before = parse(known);
    if (before !== null && JSON.stringify(wanted) === JSON.stringify({ ...before, device: undefined })) {
      if (!before.device) options.requests.useDevices = false;
      return JSON.stringify(before);
    }
    return limiter.schedule(async () => {
      await ensureAccount(options.requests, options.names, agent._id);
      const device = await ensureDevice(options.requests, agent._id);
      if (!device) options.requests.useDevices = false;
      await ensureProfile(options, agent, avatar);
      return JSON.stringify({ ...wanted, device });
    });
  };
}

function parse(known: string | null): z.infer<typeof fingerprint> | null {
  try {
    return known === null ? null : fingerprint.parse(JSON.parse(known));
  } catch {
    return null;
  }
}
