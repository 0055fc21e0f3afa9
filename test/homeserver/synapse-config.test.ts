import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { synapseVersion } from '../../src/homeserver/install-synapse.ts';
import { newSigningKey, registrationAt, synapseConfig } from '../../src/homeserver/synapse-config.ts';
import { registrationYaml } from './fixtures.ts';

const projectFolder = join(import.meta.dirname, '..', '..');
const common = readFileSync(join(projectFolder, 'config', 'synapse', 'homeserver.yaml'), 'utf8');
const settings = {
  serverName: 'localhost',
  publicUrl: 'http://127.0.0.1:8009',
  bindAddress: '127.0.0.1',
  port: 8009,
  version: '1.2.3',
};
const config = parse(synapseConfig(common, settings));

test('only this machine reaches the homeserver, and no other homeserver does', () => {
  expect(config.listeners).toHaveLength(1);
  expect(config.listeners[0]).toMatchObject({ port: 8009, bind_addresses: ['127.0.0.1'] });
  expect(config.listeners[0].resources).toEqual([{ names: ['client'], compress: false }]);
  expect(config.federation_domain_whitelist).toEqual([]);
  expect(config.trusted_key_servers).toEqual([]);
});

test('nobody can register, and nothing is reported', () => {
  expect(config).toMatchObject({ enable_registration: false, allow_guest_access: false, report_stats: false });
});

test('clients are told the address, and not to encrypt by default', () => {
  expect(config.public_baseurl).toBe('http://127.0.0.1:8009/');
  expect(config.extra_well_known_client_content).toEqual({ 'io.element.e2ee': { default: false } });
});

test('holds no secret, only the names of their files', () => {
  expect(config).toMatchObject({
    macaroon_secret_key_path: 'macaroon.secret',
    form_secret_path: 'form.secret',
    registration_shared_secret_path: 'registration.secret',
    signing_key_path: 'signing.key',
  });
  expect(Object.keys(config).filter(key => /secret(_key)?$/.test(key))).toEqual([]);
});

test('another version of Synapse makes another file', () => {
  expect(synapseConfig(common, settings)).toBe(synapseConfig(common, settings));
  expect(synapseConfig(common, { ...settings, version: '1.2.4' })).not.toBe(synapseConfig(common, settings));
});

test('a registration for a container differs in the address only', () => {
  const before = parse(registrationYaml);
  const after = parse(registrationAt(registrationYaml, 'http://host.docker.internal:8070'));
  expect(after).toEqual({ ...before, url: 'http://host.docker.internal:8070' });
});

test('a signing key has the form that Synapse reads', () => {
  expect(newSigningKey()).toMatch(/^ed25519 a_[0-9a-f]{6} [A-Za-z0-9+/]{43}$/);
  expect(newSigningKey()).not.toBe(newSigningKey());
});

test('the image and the package are of one version', () => {
  const files = ['docker-compose.yml', join('config', 'synapse', 'docker-compose.yml')];
  const [whole, alone] = files.map(file => parse(readFileSync(join(projectFolder, file), 'utf8'), { merge: true }));
  for (const { services } of [whole, alone])
    expect(services.synapse.image).toBe(`\${SYNAPSE_IMAGE:-matrixdotorg/synapse:v${synapseVersion}}`);
  expect(alone.services.synapse.ports.every((port: string) => port.startsWith('127.0.0.1:'))).toBe(true);
  const constraints = readFileSync(join(projectFolder, 'config', 'synapse', 'constraints.txt'), 'utf8');
  expect(constraints).toContain(`Synapse ${synapseVersion}`);
});
