import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as soon } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { reloadAgents } from '../../config/load.ts';
import { watchFolder } from '../../src/compose/watch-folder.ts';
import { heldClock } from '../fakes/clock.ts';

const agent = (id: string, name: string) =>
  stringify({ id, name, description: 'Helps.', instructions: 'Help.', skills: ['help'] });

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A folder with Ada and Dora that is watched, and what became of it. */
function watched() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
  const clock = heldClock();
  const applied: string[][] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('ada.yaml', agent('ada', 'Ada'));
  write('dora.yaml', agent('dora', 'Dora'));
  const end = watchFolder({
    folder,
    clock,
    read: () => reloadAgents({ agentsFolder: folder }, { env: {} }),
    apply: async agents => void applied.push(agents.map(({ name }) => name)),
    log: { debug: log, info: log, warn: log, error: log },
    say: { warn: line => told.push(line), info: line => told.push(line) },
  });
  ends.push(end, () => rmSync(folder, { recursive: true, force: true }));
  /** Lets the time of the clock go by until it is so; the files' own news come when they come. */
  const comes = async (isSo: () => boolean) => {
    for (let round = 0; round < 500 && !isSo(); round += 1) {
      await clock.advance(200);
      await soon(10);
    }
    expect({ isSo: isSo(), applied, told }).toMatchObject({ isSo: true });
  };
  return { folder, applied, told, logged, write, comes };
}

describe('the folder of the agents, while Parley runs', () => {
  it('keeps the last good agents where a file becomes invalid, says so, and recovers', async () => {
    const { applied, told, logged, write, comes } = watched();
    write('dora.yaml', 'id: dora\nname: [broken');
    await comes(() => told.length > 0);
    expect(told).toEqual([
      expect.stringMatching(/^All agents stay as they are until this is put right: .*dora\.yaml:2/s),
    ]);
    expect(applied).toEqual([]);
    write('dora.yaml', agent('dora', 'Dorothea'));
    await comes(() => applied.length > 0);
    expect(applied).toEqual([['Ada', 'Dorothea', 'Parley']]);
    expect(told.slice(1)).toEqual(['The agents are as their files say again.']);
    expect(logged).toEqual([
      'A change of the agents’ folder was not taken up.',
      'The agents’ folder is taken up again.',
    ]);
  });

  it('takes up nothing else meanwhile, and all of it afterwards', async () => {
    const { applied, told, write, comes } = watched();
    write('dora.yaml', 'colour: green');
    await comes(() => told.length > 0);
    write('nora.yaml', agent('nora', 'Nora'));
    await comes(() => told.length > 1);
    expect(applied).toEqual([]);
    write('dora.yaml', agent('dora', 'Dora'));
    await comes(() => applied.length > 0);
    expect(applied).toEqual([['Ada', 'Dora', 'Nora', 'Parley']]);
  });

  it('sees a file that goes, and one that gets another name', async () => {
    const { folder, applied, told, comes } = watched();
    renameSync(join(folder, 'dora.yaml'), join(folder, 'a-dora.yaml'));
    await comes(() => applied.length === 1);
    rmSync(join(folder, 'a-dora.yaml'));
    await comes(() => applied.length === 2);
    expect(applied).toEqual([
      ['Dora', 'Ada', 'Parley'],
      ['Ada', 'Parley'],
    ]);
    expect(told).toEqual([]);
  });

  it('does not take a file that is half written', async () => {
    const { applied, told, write, comes } = watched();
    const whole = agent('nora', 'Nora');
    for (const part of ['', whole.slice(0, 12), whole.slice(0, 40), whole]) write('nora.yaml', part);
    await comes(() => applied.length > 0);
    expect(applied).toEqual([['Ada', 'Dora', 'Nora', 'Parley']]);
    write('nora.yaml', '');
    await comes(() => told.length > 0);
    write('nora.yaml', whole);
    await comes(() => applied.length > 1);
    expect(applied.at(-1)).toEqual(['Ada', 'Dora', 'Nora', 'Parley']);
  });

  it('retires nobody when it is empty all at once', async () => {
    const { folder, applied, told, write, comes } = watched();
    for (const file of ['ada.yaml', 'dora.yaml']) rmSync(join(folder, file));
    await comes(() => told.length > 0);
    expect(told[0]).toContain('has no agent any more');
    expect(applied).toEqual([]);
    write('ada.yaml', agent('ada', 'Ada'));
    await comes(() => applied.length > 0);
    expect(applied).toEqual([['Ada', 'Parley']]);
  });

  it('is not to be seen as two agents with one name', async () => {
    const { applied, told, write, comes } = watched();
    write('other.yaml', agent('ada', 'Another'));
    await comes(() => told.length > 0);
    expect(told[0]).toContain('is taken by another agent');
    expect(applied).toEqual([]);
  });
});
