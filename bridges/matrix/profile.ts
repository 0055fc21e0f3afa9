import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Agent } from '../../src/core/agent.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { answerAs } from './answer.ts';
import { drawAvatar, initialOf } from './avatar.ts';
import { unless } from './errcode.ts';
import { download, upload } from './media.ts';
import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';

export interface ProfileOptions {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
}

/** A picture that need not be drawn or read again as long as `key` is the same. */
export interface Avatar {
  readonly key: string;
  readonly png: () => Uint8Array;
}

const largestAvatar = 5 * 1024 * 1024;
const readTimeoutMs = 30_000;

export async function avatarOf({ name, publicProfile }: Agent): Promise<Avatar> {
  const { avatar, colour } = publicProfile;
  if (avatar === null) {
    const key = `drawn 1 ${colour} ${initialOf(name)}`;
    return { key, png: () => drawn(key, () => drawAvatar(name, colour)) };
  }
  const png = await readFile(avatar).catch(cause => {
    throw new ParleyError('CONFIG_INVALID', `The avatar of ${name}, ${avatar}, can't be read. Correct its path.`, {
      cause,
    });
  });
  return { key: `file ${digest(png)}`, png: () => png };
}

const drawings = new LRUCache<string, Uint8Array>({ max: 64 });

/** Thousands of agents share some colours and letters, and drawing takes a few milliseconds. */
function drawn(key: string, draw: () => Uint8Array): Uint8Array {
  const png = drawings.get(key) ?? draw();
  drawings.set(key, png);
  return png;
}

const shown = z.object({ displayname: z.string().nullish(), avatar_url: z.string().nullish() });

/**
 * Makes the display name and picture so, where they differ: each change is an event in every room of the agent.
 * https://spec.matrix.org/v1.16/client-server-api/#profiles
 */
export async function ensureProfile(options: ProfileOptions, agent: Agent, avatar: Avatar): Promise<void> {
  const { requests, names } = options;
  const user = names.userId(agent._id);
  const get = {
    what: `read the profile of ${user}`,
    as: agent._id,
    method: 'GET',
    path: path('profile', user),
  } as const;
  const now = answerAs(shown, get.what, await unless(requests.call(get), ['M_NOT_FOUND'], {}));
  if (now.displayname !== agent.name) await put(options, agent, 'displayname', agent.name);
  if (await shows(options, agent, now.avatar_url ?? null, avatar)) return;
  const file = { name: `${agent._id}.png`, mimeType: 'image/png', data: avatar.png() };
  await put(options, agent, 'avatar_url', await upload(requests, agent._id, file));
}

async function put({ requests, names }: ProfileOptions, agent: Agent, field: string, value: string): Promise<void> {
  const user = names.userId(agent._id);
  const where = path('profile', user, field);
  await requests.call({
    what: `set ${field} of ${user}`,
    as: agent._id,
    method: 'PUT',
    path: where,
    body: { [field]: value },
  });
}

/** Whether the picture that is set has the same bytes. What can't be read is set anew. */
async function shows(options: ProfileOptions, agent: Agent, source: string | null, avatar: Avatar): Promise<boolean> {
  if (source === null) return false;
  const signal = AbortSignal.timeout(readTimeoutMs);
  const reading = download(options.requests, { source, as: agent._id, maxBytes: largestAvatar, signal });
  const data = await reading.catch(() => null);
  return data !== null && digest(data) === digest(avatar.png());
}

function digest(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url').slice(0, 22);
}
