import { describe, it } from 'vitest';
import { bridgeContract } from '../../contracts/bridge.ts';
import { fakeWorld } from './fake-world.ts';
import { synapseWorld } from './synapse-world.ts';

bridgeContract('The Matrix bridge before the fake homeserver', () => fakeWorld());

const required = (process.env.PARLEY_TEST_REQUIRE ?? '').split(',').includes('synapse');

if (process.env.PARLEY_SYNAPSE_PYTHON !== undefined) {
  bridgeContract('The Matrix bridge before Synapse', () => synapseWorld());
} else {
  describe.skipIf(!required)('The Matrix bridge before Synapse (needs PARLEY_SYNAPSE_PYTHON)', () => {
    it('has a Synapse', () => {
      throw new Error(
        'PARLEY_TEST_REQUIRE names synapse: set PARLEY_SYNAPSE_PYTHON to a Python that has matrix-synapse.',
      );
    });
  });
}
