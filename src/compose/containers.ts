import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { registrationYaml } from '../../bridges/matrix/registration.ts';
import type { ContainerWishes, Main } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { newPassword } from '../data-folder/credentials.ts';
import { ensureTokens, type Tokens } from '../data-folder/tokens.ts';
import { ensureSecret } from '../homeserver/data-files.ts';
import { accountMaker } from '../homeserver/shared-secret-account.ts';
import { openSynapseFolder, type SynapseFolder, synapseInput, writeInput } from '../homeserver/synapse-folder.ts';
import { fileKey } from '../keys/local/file-key.ts';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';
import { identity, senderLocalpart } from './registration.ts';

/** As docker-compose.yml names the services, and thereby their addresses among each other. */
const addresses = {
  bridge: 'http://bridge:8070',
  synapse: 'http://synapse:8008',
  mongo: 'mongo:27017',
  redis: 'redis:6379',
} as const;
const synapsePort = 8008;
const keyFile = 'master.key';

/** The folders of an installation in containers; each is a volume, and each service sees only what it needs. */
const foldersIn = (installation: string) =>
  ({
    parley: join(installation, 'parley'),
    mongo: join(installation, 'mongo'),
    redis: join(installation, 'redis'),
  }) as const;

type Wishes = Omit<ContainerWishes, 'folder'>;

const accountSchema = z.object({
  client: z.string(),
  homeserver: z.string(),
  userId: z.string(),
  password: z.string().min(1),
});

/** Makes what is missing, and writes again what follows from it: may be repeated, and changes no secret. */
export const prepareContainers: Main['prepareContainers'] = async ({ folder: installation, ...wishes }) => {
  const folders = foldersIn(installation);
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true, mode: 0o700 });
  const synapse = await openSynapseFolder(installation, wishes.serverName);
  const tokens = await ensureTokens(folders.parley, { asToken: null, hsToken: null });
  await prepareSynapse(synapse, wishes, tokens);
  await fileKey(join(folders.parley, keyFile)).name();
  const passwords = {
    mongo: await ensureSecret(join(folders.mongo, 'password')),
    redis: await ensureSecret(join(folders.redis, 'password')),
  };
  await writeIfOther(join(folders.redis, 'redis.conf'), `requirepass ${passwords.redis}\n`);
  const { userId } = await ensureAccountFile(folders.parley, synapse.serverName, wishes);
  await writeIfOther(
    join(folders.parley, '.env'),
    environmentOf({ serverName: synapse.serverName, userId, tokens, passwords }),
  );
};

async function prepareSynapse(synapse: SynapseFolder, wishes: Wishes, tokens: Tokens): Promise<void> {
  const { serverName } = synapse;
  const settings = {
    serverName,
    publicUrl: wishes.homeserver.replace(/\/+$/, ''),
    bindAddress: '0.0.0.0',
    port: synapsePort,
    version: 'in a container',
  };
  const { registrationId: id, keeperLocalpart } = identity;
  const registration = registrationYaml({
    id,
    senderLocalpart,
    keeperLocalpart,
    url: addresses.bridge,
    serverName,
    ...tokens,
  });
  await synapse.remember({ kind: 'docker', port: synapsePort, preferredPort: synapsePort });
  await writeInput(synapse, await synapseInput(synapse, settings, registration));
}

interface Settled {
  readonly serverName: string;
  readonly userId: string;
  readonly tokens: Tokens;
  readonly passwords: { readonly mongo: string; readonly redis: string };
}

/** What every process reads as `.env` in the folder it is started in. Pure. */
function environmentOf({ serverName, userId, tokens, passwords }: Settled): string {
  const lines = {
    MATRIX_HOMESERVER_URL: addresses.synapse,
    MATRIX_SERVER_NAME: serverName,
    MATRIX_OWNER: userId,
    MATRIX_AS_TOKEN: tokens.asToken,
    MATRIX_HS_TOKEN: tokens.hsToken,
    MONGODB_URL: `mongodb://parley:${passwords.mongo}@${addresses.mongo}/parley?authSource=admin`,
    REDIS_URL: `redis://:${passwords.redis}@${addresses.redis}`,
    PARLEY_KEY_FILE: keyFile,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
  return `# Written by "parley containers prepare" at each start. What the environment sets goes before it.\n${text.join('')}`;
}

/** The first person's account, which is made at the homeserver when that runs. Kept as it is once it is there. */
async function ensureAccountFile(folder: string, serverName: string, wishes: Wishes): Promise<AccountFile> {
  const first = () => ({ userId: wishes.owner ?? `@person:${serverName}`, password: newPassword() });
  const { userId, password } = (await readAccount(folder)) ?? first();
  const next = { client: wishes.client, homeserver: wishes.homeserver, userId, password };
  await writeIfOther(accountIn(folder), `${JSON.stringify(next, undefined, 2)}\n`);
  return next;
}

type AccountFile = Readonly<z.infer<typeof accountSchema>>;
const accountIn = (folder: string): string => join(folder, 'account.json');

async function readAccount(folder: string): Promise<AccountFile | undefined> {
  const text = await readIfThere(accountIn(folder));
  if (text === undefined) return undefined;
  try {
    return accountSchema.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${accountIn(folder)} can't be read. Restore it from a backup, or delete it and make an account with another MATRIX_OWNER.`;
    throw new ParleyError('CONFIG_INVALID', message, { cause });
  }
}

/** Makes the account at the homeserver, where it isn't there yet. */
export const makeContainerAccount: Main['makeContainerAccount'] = async ({ folder }) => {
  const account = await readAccount(foldersIn(folder).parley);
  if (account === undefined)
    throw new ParleyError('CONFIG_INVALID', `Nothing is prepared in ${folder}. Run parley containers prepare first.`);
  const [localpart = '', serverName = ''] = account.userId.slice(1).split(/:(.*)/s);
  const synapse = await openSynapseFolder(folder, serverName);
  const ensureAccount = accountMaker({ url: addresses.synapse, serverName }, synapse.file('registrationSecret'));
  const { client, homeserver, userId, password } = account;
  return { client, homeserver, userId, isNew: await ensureAccount(localpart, password) };
};

async function writeIfOther(file: string, text: string): Promise<void> {
  if ((await readIfThere(file)) !== text) await writeFileAtomic(file, text);
}
