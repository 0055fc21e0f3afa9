import { describe, it } from 'vitest';

/** Tests before a real Synapse. Skipped by name without one, or failed where `PARLEY_TEST_REQUIRE` names it. */
export function withSynapse(title: string, tests: () => void): void {
  if (process.env.PARLEY_SYNAPSE_PYTHON) {
    tests();
    return;
  }
  const required = (process.env.PARLEY_TEST_REQUIRE ?? '').split(',').some(name => name.trim() === 'synapse');
  describe.skipIf(!required)(`${title} (needs PARLEY_SYNAPSE_PYTHON)`, () => {
    it('has a Synapse', () => {
      throw new Error('PARLEY_TEST_REQUIRE names synapse: set PARLEY_SYNAPSE_PYTHON to a Python with matrix-synapse.');
    });
  });
}
