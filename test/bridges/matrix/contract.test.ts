import { bridgeContract } from '../../contracts/bridge.ts';
import { fakeWorld } from './fake-world.ts';
import { synapseWorld } from './synapse-world.ts';
import { withSynapse } from './with-synapse.ts';

bridgeContract('The Matrix bridge before the fake homeserver', () => fakeWorld());

withSynapse('The Matrix bridge before Synapse', () => {
  bridgeContract('The Matrix bridge before Synapse', () => synapseWorld());
});
