import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kindsToTry, startHomeserver, wishedKind } from '../../src/homeserver/homeserver.ts';
import { fakeExecutable, optionsFor, temporaryFolder } from './fixtures.ts';

describe('which kind of homeserver is tried', () => {
  test('Docker first and then Python, where nothing is said', () => {
    expect(kindsToTry(undefined, undefined)).toEqual(['docker', 'python']);
    expect(kindsToTry(undefined, 'docker')).toEqual(['docker', 'python']);
  });

  test('a folder begun with Python stays with it', () => {
    expect(kindsToTry(undefined, 'python')).toEqual(['python', 'docker']);
  });

  test('a wish leaves no second way', () => {
    expect(kindsToTry('docker', 'python')).toEqual(['docker']);
    expect(kindsToTry('python', undefined)).toEqual(['python']);
  });

  test('a Python for Synapse is a wish, but PARLEY_HOMESERVER is a stronger one', () => {
    expect(wishedKind({})).toBeUndefined();
    expect(wishedKind({ PARLEY_SYNAPSE_PYTHON: '/p' })).toBe('python');
    expect(wishedKind({ PARLEY_SYNAPSE_PYTHON: '/p', PARLEY_HOMESERVER: 'docker' })).toBe('docker');
    expect(() => wishedKind({ PARLEY_HOMESERVER: 'podman' })).toThrow(/docker or python/);
  });
});

describe('where nothing can be started', () => {
  test('without Docker and Python it says what was missing and every way out', async () => {
    const options = optionsFor();
    const start = startHomeserver(options);
    await expect(start).rejects.toMatchObject({ code: 'HOMESERVER_MISSING' });
    await expect(start).rejects.toThrow(
      /Docker is not installed[\s\S]*apt install python3 python3-venv[\s\S]*MATRIX_HOMESERVER_URL/,
    );
    expect(options.lines).toEqual(['Not by Docker: Docker is not installed']);
  });

  test('where Docker is asked for and not there, it says to ask for it no more', async () => {
    const start = startHomeserver(optionsFor({ env: { PATH: '', PARLEY_HOMESERVER: 'docker' } }));
    await expect(start).rejects.toThrow(/Do one of these: unset PARLEY_HOMESERVER/);
  });

  test('an engine that does not answer is named as the reason', async () => {
    const bin = temporaryFolder();
    fakeExecutable(bin, 'docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    const options = optionsFor({ env: { PATH: bin } });
    await expect(startHomeserver(options)).rejects.toMatchObject({ code: 'HOMESERVER_MISSING' });
    expect(options.lines).toEqual(['Not by Docker: no Docker engine answers (Cannot connect to the Docker daemon)']);
  });

  test('an engine on another machine is left alone', async () => {
    const options = optionsFor({
      env: { PATH: '', DOCKER_HOST: 'ssh://build.example.org', PARLEY_HOMESERVER: 'docker' },
    });
    await expect(startHomeserver(options)).rejects.toThrow(/on another machine/);
  });

  test('a Python without Synapse, given for it, is refused with the command to run', async () => {
    const python = fakeExecutable(temporaryFolder(), 'python', 'echo "No package metadata was found" >&2; exit 1');
    const start = startHomeserver(optionsFor({ env: { PATH: '', PARLEY_SYNAPSE_PYTHON: python } }));
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(start).rejects.toThrow(/No package metadata[\s\S]*-m pip install matrix-synapse==/);
  });

  test('a Synapse that ends at once is reported with what it printed', async () => {
    const script = 'case "$1" in -c) echo 1.0.0;; *) echo "Error in configuration: no such thing"; exit 1;; esac';
    const python = fakeExecutable(temporaryFolder(), 'python', script);
    const options = optionsFor({ env: { PATH: '', PARLEY_SYNAPSE_PYTHON: python } });
    const start = startHomeserver(options);
    await expect(start).rejects.toMatchObject({ code: 'HOMESERVER_START_FAILED' });
    await expect(start).rejects.toThrow(/exit code 1[\s\S]*Error in configuration: no such thing/);
    await expect(start).rejects.toThrow(join(options.dataDir, 'homeserver', 'start.log'));
  });

  test('what Synapse wrote to its own log before it ended is pointed to', async () => {
    const options = optionsFor({ env: { PATH: '' } });
    const log = join(options.dataDir, 'homeserver', 'homeserver.log');
    const script = `case "$1" in -c) echo 1.0.0;; *) echo "a warning" > '${log}'; exit 1;; esac`;
    const python = fakeExecutable(temporaryFolder(), 'python', script);
    const start = startHomeserver({ ...options, env: { PATH: '', PARLEY_SYNAPSE_PYTHON: python } });
    await expect(start).rejects.toThrow(log);
  });

  test('giving up during the start ends Synapse and rejects with the reason', async () => {
    const folder = temporaryFolder();
    const begun = join(folder, 'begun');
    const script = `case "$1" in -c) echo 1.0.0;; *) : > '${begun}'; exec /bin/sleep 60;; esac`;
    const python = fakeExecutable(folder, 'python', script);
    const over = new AbortController();
    const options = optionsFor({ env: { PATH: '', PARLEY_SYNAPSE_PYTHON: python }, signal: over.signal });
    const start = startHomeserver(options);
    const given = expect(start).rejects.toThrow('Ctrl-C');
    await expect.poll(() => existsSync(begun)).toBe(true);
    over.abort(new Error('Ctrl-C'));
    await given;
  });
});
