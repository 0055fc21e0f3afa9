import { randomBytes } from 'node:crypto';
import { parse, stringify } from 'yaml';

/** The files in the homeserver's folder. Synapse runs in that folder, so its configuration names them without a path. */
export const synapseFiles = {
  config: 'homeserver.yaml',
  log: 'log.yaml',
  registration: 'registration.yaml',
  signingKey: 'signing.key',
  macaroonSecret: 'macaroon.secret',
  formSecret: 'form.secret',
  registrationSecret: 'registration.secret',
  database: 'homeserver.db',
  media: 'media',
  logOutput: 'homeserver.log',
  startOutput: 'start.log',
} as const;

export interface SynapseSettings {
  readonly serverName: string;
  /** Where clients reach it, for `/.well-known/matrix/client`. */
  readonly publicUrl: string;
  readonly bindAddress: string;
  readonly port: number;
  /** Stands in the file so that another version counts as another configuration. */
  readonly version: string;
}

/** The text of `homeserver.yaml`: the settings of `config/synapse/homeserver.yaml` and those of this machine. Pure. */
export function synapseConfig(commonYaml: string, settings: SynapseSettings): string {
  const common: unknown = parse(commonYaml);
  const config = {
    ...(typeof common === 'object' ? common : {}),
    server_name: settings.serverName,
    public_baseurl: `${settings.publicUrl}/`,
    listeners: [
      {
        type: 'http',
        port: settings.port,
        bind_addresses: [settings.bindAddress],
        x_forwarded: false,
        // Without "federation": other homeservers have nothing to ask here.
        resources: [{ names: ['client'], compress: false }],
      },
    ],
    database: { name: 'sqlite3', args: { database: synapseFiles.database } },
    media_store_path: synapseFiles.media,
    log_config: synapseFiles.log,
    app_service_config_files: [synapseFiles.registration],
    signing_key_path: synapseFiles.signingKey,
    macaroon_secret_key_path: synapseFiles.macaroonSecret,
    form_secret_path: synapseFiles.formSecret,
    registration_shared_secret_path: synapseFiles.registrationSecret,
  };
  return `# Synapse ${settings.version}. Written by Parley at its start; change config/synapse/homeserver.yaml instead.\n${stringify(config)}`;
}

/** The registration with another address of the application service, for a homeserver that reaches this machine by another name. */
export function registrationAt(registrationYaml: string, url: string): string {
  const registration: unknown = parse(registrationYaml);
  return stringify({ ...(typeof registration === 'object' ? registration : {}), url });
}

/** A signing key as Synapse keeps it: algorithm, key id, and the seed in unpadded Base64. */
export function newSigningKey(): string {
  const seed = randomBytes(32).toString('base64').replace(/=+$/, '');
  return `ed25519 a_${randomBytes(3).toString('hex')} ${seed}`;
}
