import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { matrixNames } from '../../../../bridges/matrix/names.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { MatrixRequest, MatrixRequests } from '../../../../bridges/matrix/requests.ts';

type Json = Record<string, unknown>;
function addSignatures(keys: Json, { signatures }: Json): void {
  for (const [user, signed] of Object.entries(signatures as Record<string, Json>)) {
    const all = keys.signatures as Record<string, Json>;
    all[user] = { ...all[user], ...signed };
  }
}

const done = (_result: unknown): Json => ({});

type Nested = Record<string, Record<string, Json>>;

interface Mail {
  readonly at: number;
  readonly event: Json;
}

interface DeviceBox {
  keys: Json;
  readonly oneTime: Map<string, Json>;
  fallback: [string, Json] | null;
  mail: Mail[];
  /** Of how many changes of devices it was told. */
  told: number;
}

export const names = matrixNames('keys.test', 'parley');

/** As much of a homeserver as devices need to exchange keys, in memory. Everybody's device is a device of this server. */
export function keyServer() {
  const devices = new Map<string, DeviceBox>();
  const identities = new Map<string, Json>();
  const contents = new Map<string, Uint8Array>();
  const accountData = new Map<string, Json>();
  const sent: MatrixRequest[] = [];
  /** What stands in rooms. */
  const timeline: RawEvent[] = [];
  /** Whose devices have changed, in order. */
  const changed: string[] = [];
  const seenTxns = new Set<string>();
  let clock = 0;
  /** What a test does before a request is taken: it may throw. */
  let before: (request: MatrixRequest) => void = () => undefined;

  const boxName = (user: string, device: string): string => `${user} ${device}`;
  const known = (user: string): [string, DeviceBox][] =>
    [...devices]
      .filter(([name]) => name.startsWith(`${user} `))
      .map(([name, box]) => [name.slice(user.length + 1), box]);

  function box(user: string, device: string): DeviceBox {
    const found = devices.get(boxName(user, device));
    if (found === undefined) throw Object.assign(new Error('unknown device'), { unknownDevice: true });
    return found;
  }

  function upload(mine: DeviceBox, body: Json): Json {
    if (body.device_keys !== undefined) mine.keys = body.device_keys as Json;
    for (const [id, key] of Object.entries((body.one_time_keys ?? {}) as Record<string, Json>))
      mine.oneTime.set(id, key);
    for (const entry of Object.entries((body.fallback_keys ?? {}) as Record<string, Json>)) mine.fallback = entry;
    return { one_time_key_counts: { signed_curve25519: mine.oneTime.size } };
  }

  function query(body: Json): Json {
    const users = Object.keys(body.device_keys as Json);
    const list = users.map(user => [user, Object.fromEntries(known(user).map(([id, { keys }]) => [id, keys]))]);
    const of = (kind: string) =>
      Object.fromEntries(
        users.flatMap(user => (identities.get(user)?.[kind] ? [[user, identities.get(user)?.[kind]]] : [])),
      );
    return {
      device_keys: Object.fromEntries(list),
      failures: {},
      master_keys: of('master_key'),
      self_signing_keys: of('self_signing_key'),
      user_signing_keys: of('user_signing_key'),
    };
  }

  function claim(body: Json): Json {
    const result: Nested = {};
    for (const [user, wanted] of Object.entries(body.one_time_keys as Record<string, Record<string, string>>))
      for (const device of Object.keys(wanted)) {
        const theirs = devices.get(boxName(user, device));
        const next = theirs?.oneTime.entries().next().value ?? theirs?.fallback;
        if (theirs === undefined || !next) continue;
        theirs.oneTime.delete(next[0]);
        result[user] = { ...result[user], [device]: { [next[0]]: next[1] } };
      }
    return { one_time_keys: result, failures: {} };
  }

  function deliver(sender: string, type: string, body: Json): Json {
    for (const [user, of] of Object.entries(body.messages as Nested))
      for (const [device, content] of Object.entries(of)) {
        clock += 1;
        devices.get(boxName(user, device))?.mail.push({ at: clock, event: { type, sender, content } });
      }
    return {};
  }

  function sync(mine: DeviceBox, body: Json): Json {
    const { since, limit = 100 } =
      (body.extensions as Record<string, { since?: string; limit?: number }>).to_device ?? {};
    if (since !== undefined) mine.mail = mine.mail.filter(({ at }) => at > Number(since));
    const page = mine.mail.slice(0, limit);
    const news = changed.slice(mine.told);
    mine.told = changed.length;
    return {
      pos: '1',
      extensions: {
        to_device: { next_batch: String(page.at(-1)?.at ?? clock), events: page.map(({ event }) => event) },
        e2ee: {
          device_lists: { changed: news },
          device_one_time_keys_count: { signed_curve25519: mine.oneTime.size },
          device_unused_fallback_key_types: mine.fallback ? ['signed_curve25519'] : [],
        },
      },
    };
  }

  /** The newest first. */
  function messages(room: string, filter: string): Json {
    const { senders } = JSON.parse(filter) as { readonly senders: readonly string[] };
    const found = timeline.filter(({ room_id, sender }) => room_id === room && senders.includes(sender));
    return { chunk: found.toReversed() };
  }

  function take(request: MatrixRequest): Json {
    const user = request.as === null ? '' : names.userId(request.as);
    const [, first = '', second = '', third = ''] = request.path.split('/').map(decodeURIComponent);
    const body = (request.body ?? {}) as Json;
    if (first === 'devices' && request.method === 'PUT') {
      const name = boxName(user, second);
      if (!devices.has(name))
        devices.set(name, { keys: {}, oneTime: new Map(), fallback: null, mail: [], told: changed.length });
      return {};
    }
    if (first === 'devices' && request.method === 'DELETE') {
      changed.push(user);
      return done(devices.delete(boxName(user, second)));
    }
    if (first === 'devices') return { devices: known(user).map(([device_id]) => ({ device_id })) };
    if (first === 'user' && request.method === 'PUT') return done(accountData.set(request.path, body));
    if (first === 'user') {
      const known = accountData.get(request.path);
      if (known !== undefined) return known;
      throw new Error('not found', { cause: new MatrixError({ errcode: 'M_NOT_FOUND' }, 404) });
    }
    if (first === 'rooms' && third === 'messages') return messages(second, String(request.query?.filter));
    const mine = box(user, request.device ?? '');
    if (first === 'sync') return sync(mine, body);
    if (first === 'sendToDevice') {
      const txn = `${user} ${request.device} ${third}`;
      if (seenTxns.has(txn)) return {};
      seenTxns.add(txn);
      return deliver(user, second, body);
    }
    if (second === 'upload') {
      if (body.device_keys !== undefined) changed.push(user);
      return upload(mine, body);
    }
    if (second === 'query') return query(body);
    if (second === 'claim') return claim(body);
    if (second === 'device_signing') {
      // As Synapse does it.
      if (Object.keys(Object((body.self_signing_key as Json).signatures)).length === 0) throw new Error('not signed');
      return done(identities.set(user, body));
    }
    if (second === 'signatures') return done(merge(body));
    throw new Error(`the key server knows no ${request.method} ${request.path}`);
  }

  function merge(body: Json): void {
    // The device's own keys are published with what signs them.
    for (const [user, of] of Object.entries(body as Nested))
      for (const [device, signed] of Object.entries(of)) {
        const theirs = devices.get(boxName(user, device));
        if (theirs !== undefined) addSignatures(theirs.keys, signed);
      }
  }

  const requests: MatrixRequests = {
    async call(request) {
      before(request);
      sent.push(request);
      return structuredClone(take(request));
    },
    get: async (_as, path) => new Response(Buffer.from(contents.get(path.split('/').at(-1) ?? '') ?? [])),
    useDevices: true,
    stop: () => undefined,
  };

  /** The keys by which people know somebody, whatever signs them. */
  function identityOf(user: string): unknown {
    const published = identities.get(user) as Record<string, Json> | undefined;
    return Object.entries(published ?? {}).map(([kind, { keys }]) => [kind, keys]);
  }

  return {
    requests,
    identityOf,
    /** All that was asked, in order. */
    sent,
    timeline,
    /** Sends something to devices, as anybody. */
    post: deliver,
    devices,
    /** What can be downloaded, by its id. */
    contents,
    beforeEach(what: typeof before) {
      before = what;
    },
  };
}
