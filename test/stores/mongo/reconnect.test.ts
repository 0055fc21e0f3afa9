import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { clientOptions } from '../../../src/stores/mongo/address.ts';
import { reconnectWhenStuck } from '../../../src/stores/mongo/reconnect.ts';
import { heldClock } from '../../fakes/clock.ts';
import { mongoServer } from '../../servers/mongodb.ts';
import { describeWith } from '../../servers.ts';

/** What the driver keeps for itself: no event of the network comes in just that turn of the loop whenever a test wants it. */
interface Insides {
  readonly topology: {
    readonly s: { readonly servers: ReadonlyMap<string, Server> };
  };
}

interface Server {
  readonly monitor: { readonly connection: { readonly socket: { destroy(): void } }; requestCheck(): void };
}

describeWith('mongodb', 'A driver that waits for a heartbeat for ever', () => {
  async function opened() {
    const server = await mongoServer();
    onTestFinished(() => server.close());
    const url = `${server.newDatabase()}?serverSelectionTimeoutMS=300&heartbeatFrequencyMS=60000`;
    const client = new MongoClient(url, { ...clientOptions(url), minHeartbeatFrequencyMS: 1 });
    onTestFinished(() => client.close());
    const clock = heldClock();
    const end = reconnectWhenStuck(client, clock);
    onTestFinished(end);
    await client.connect();
    const ask = () => client.db().collection('things').countDocuments();
    expect(await ask()).toBe(0);
    return { client, clock, ask };
  }

  /** Its socket ends, as when the server is started anew, and a heartbeat is written to it in the same turn. */
  async function stick(client: MongoClient): Promise<void> {
    const [server] = (client as unknown as Insides).topology.s.servers.values();
    const begun = new Promise(resolve => client.once('serverHeartbeatStarted', resolve));
    await new Promise(resolve => setTimeout(resolve, 5));
    server?.monitor.connection.socket.destroy();
    server?.monitor.requestCheck();
    await begun;
  }

  it('is connected anew, and what is asked then is answered', async () => {
    const { client, clock, ask } = await opened();
    const isAnew = new Promise(resolve => client.once('topologyOpening', resolve));
    await stick(client);
    await clock.advance(70_000);
    await isAnew;
    await expect.poll(() => ask().catch(() => null)).toBe(0);
  });

  it('is left as it is while its heartbeats end', async () => {
    const { client, clock, ask } = await opened();
    let closed = false;
    client.on('topologyClosed', () => {
      closed = true;
    });
    await clock.advance(600_000);
    expect(await ask()).toBe(0);
    expect(closed).toBe(false);
  });
});
