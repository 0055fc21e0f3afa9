import type { MongoClientOptions } from 'mongodb';

const defaultDatabase = 'parley';

/** The servers and the database of a connection string, for people to read: without user, password and options. */
export function shownAddress(url: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/)(?:.*@)?([^/?@]*)(?:\/([^?]*))?/s.exec(url);
  if (parts === null) return 'of MONGODB_URL';
  const [, scheme = '', hosts = '', database = ''] = parts;
  return `${scheme}${hosts}/${database || defaultDatabase}`;
}

/** The database that a connection string names; `parley` where it names none. */
export function databaseOf(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/(?:.*@)?[^/?@]*\/([^?]+)/s.exec(url)?.[1];
  return name === undefined ? defaultDatabase : decodeURIComponent(name);
}

/** Whether a connection string says who one is: by a user, or by a way to sign in that needs none, such as a certificate. */
export const signsIn = (url: string): boolean =>
  /^mongodb(?:\+srv)?:\/\/[^/?]*@/s.test(url) || /[?&]authMechanism=/i.test(url);

/**
 * How the driver is used. A call waits for five seconds at most for a server and for a connection, and ten for an answer. What a
 * connection string says itself goes before, but for reads, which are never from a member that lags behind.
 */
export function clientOptions(url: string): MongoClientOptions {
  const given = new Set([...new URLSearchParams(url.split('?')[1] ?? '').keys()].map(key => key.toLowerCase()));
  const wished: MongoClientOptions = {
    appName: 'parley',
    maxPoolSize: 20,
    connectTimeoutMS: 5_000,
    serverSelectionTimeoutMS: 5_000,
    // After a loss the servers are looked at this often.
    heartbeatFrequencyMS: 2_000,
    waitQueueTimeoutMS: 5_000,
    socketTimeoutMS: 10_000,
  };
  const left = Object.entries(wished).filter(([key]) => !given.has(key.toLowerCase()));
  return { ...Object.fromEntries(left), readPreference: 'primary' };
}
