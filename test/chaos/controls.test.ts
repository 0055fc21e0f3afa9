import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../crash/random.ts';
import { controls } from './controls.ts';
import { planRounds } from './plan.ts';

const root = join(import.meta.dirname, '..', '..');

it.each(Object.entries(controls).flatMap(([name, { changes }]) => changes.map(change => [name, change] as const)))(
  'the control %s still finds what it takes away, and leaves a program',
  (_, change) => {
    const source = readFileSync(join(root, change.file), 'utf8');
    expect(source.split(change.from)).toHaveLength(2);
    const without = source.replace(change.from, change.to);
    expect(() => stripTypeScriptTypes(without)).not.toThrow();
  },
);

it.each(Object.entries(controls))(
  'the control %s lets happen what can happen, and has to find a kind of fault that there is',
  (_, control) => {
    const plan = planRounds(new Random(1), { rounds: 3, bridges: 2, workers: 4, ...control });
    expect(plan.flatMap(({ mishaps }) => mishaps).length).toBeGreaterThan(0);
    expect(control.finds.length).toBeGreaterThan(0);
  },
);
