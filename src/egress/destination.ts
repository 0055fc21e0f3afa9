/** A host, and a port of it; without one, those of the web. `*.example.org` is every name below, and `*` every name there is. */
export interface Destination {
  readonly host: string;
  readonly port?: number;
}

const ofTheWeb = [80, 443];

/** `packages.internal:8080`, as a configuration has it. */
export function destinationOf(text: string): Destination {
  const [host = '', port] = text.split(':');
  return port === undefined ? { host } : { host, port: Number(port) };
}

/** Where an address of the web leads. */
export function placeOf(url: string | URL): Required<Destination> {
  const { hostname: host, port, protocol } = new URL(url);
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** Whether a place is one of these. */
export const isAmong = (destinations: readonly Destination[], place: Required<Destination>): boolean =>
  destinations.some(one => isNamed(one.host, place.host.toLowerCase().replace(/\.$/, '')) && isPort(one, place.port));

const isNamed = (pattern: string, name: string): boolean =>
  pattern === '*' || (pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern);

const isPort = ({ port }: Destination, wanted: number): boolean =>
  port === undefined ? ofTheWeb.includes(wanted) : port === wanted;
