import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const composeSchema = z.object({
  services: z.record(z.string(), z.looseObject({ profiles: z.array(z.string()).default([]) })),
  volumes: z.record(z.string(), z.unknown()),
});
const { services, volumes } = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));

/** Every command in the how-tos that begins so, without what stands behind `#`. */
const commandsWith = (begin: RegExp): string[] =>
  globSync('docs/how-to/*.md', { cwd: root }).flatMap(page =>
    [...read(page).matchAll(new RegExp(`${begin.source}[^\\n\`#|&]*`, 'g'))].map(([command]) => command.trim()),
  );

/** The words of a command behind its verb that are no options, nor values of options. */
function wordsOf(command: string): string[] {
  const words = command.split(/\s+/).slice(3);
  return words.filter(
    (word, at) => !word.startsWith('-') && !/^(?:-v|-e|-C|--scale|--index)$/.test(words[at - 1] ?? ''),
  );
}

describe('the commands of Compose in the how-tos', () => {
  it('run in services that there are', () => {
    const run = commandsWith(/docker compose (?:exec|run) /);
    expect(run.length).toBeGreaterThan(5);
    for (const command of run) expect(Object.keys(services), command).toContain(wordsOf(command)[0]);
    for (const command of commandsWith(/docker compose (?:stop|restart|logs) /))
      expect(Object.keys(services), command).toEqual(expect.arrayContaining(wordsOf(command)));
  });

  it('name profiles, scaled services and volumes that there are', () => {
    const all = commandsWith(/docker (?:compose|volume) /).join('\n');
    const profiles = Object.values(services).flatMap(service => service.profiles);
    for (const [, profile] of all.matchAll(/--profile (\S+)/g)) expect(profiles).toContain(profile);
    for (const [, service = ''] of all.matchAll(/--scale (\w+)=/g)) expect(services).toHaveProperty(service);
    for (const [, volume = ''] of all.matchAll(/\bparley_([\w-]+)/g)) expect(volumes).toHaveProperty(volume);
  });
});
