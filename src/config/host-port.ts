import { isIPv6 } from 'node:net';

const SHAPE = 'must be host:port without a scheme, such as kafka-1:9092 or [::1]:9092';

/**
 * What is wrong with the address of a broker, as a predicate; `null` when it can be one: a host name or an IPv4 address, or
 * an IPv6 address in brackets, and a port. Without one the client takes 9092.
 */
export function brokerProblem(address: string): string | null {
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^\s,:/@[\]"']+))(?::(\d+))?$/.exec(address) ?? [];
  if (bracketed === undefined && name === undefined) return SHAPE;
  if (bracketed !== undefined && !isIPv6(bracketed)) return 'must have an IPv6 address between its brackets';
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535))
    return 'must have a port from 1 to 65535';
  return null;
}

/** Whether a server can be told to listen there: a name or an address alone. */
export function isHost(text: string): boolean {
  return isIPv6(text) || /^[^\s,:/@[\]]+$/.test(text);
}

/** Whether it is an address that a request can be sent to, its port included. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}
