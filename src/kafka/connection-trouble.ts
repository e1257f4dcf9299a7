/** Why no connection to a broker came about. */
export interface ConnectionTrouble {
  /** `host:port` that was tried. */
  address: string;
  /** What happened, without the address. */
  what: string;
  /** What to look at or to set; empty where nothing is known that helps. */
  advice: string;
}

interface Explanation {
  /** What librdkafka logs. */
  says: RegExp;
  /** What the connection had come to: a listener that is spoken to in the wrong way mostly hangs up, and does not say why. */
  states?: readonly string[];
  /** Only where the client does not do so already. */
  without?: 'TLS' | 'login';
  advice: string;
}

/** A listener that hangs up is met while the client reads, or while it writes: which of the two, a race decides. */
const HUNG_UP = /closed by peer|Broken pipe|Connection reset by peer/;

/** Each was tried with a real listener (test/integration/security.kafka.test.ts). The first that applies is told. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    says: /Failed to resolve/,
    advice: 'Check the host name in kafka.brokers, and the name service of this machine',
  },
  {
    says: /Connection refused/,
    advice: 'Nothing listens there: check the port in kafka.brokers, and whether the broker is up',
  },
  {
    says: /No route to host|Network is unreachable/,
    advice: 'Check the address in kafka.brokers, and the network in between',
  },
  {
    says: /timed out/i,
    advice: 'Nothing answers there: check the address in kafka.brokers, and firewalls in between',
  },
  {
    says: /connecting to a PLAINTEXT broker listener|wrong version number/,
    advice:
      'That listener does not speak TLS: set kafka.tls.enabled: false, or the port of a listener that does',
  },
  // The same, when the listener hung up before the client had sent all of its greeting.
  {
    says: HUNG_UP,
    states: ['SSL_HANDSHAKE'],
    advice:
      'It hung up before TLS was agreed on, as a listener does that does not speak TLS: set kafka.tls.enabled: false, or the ' +
      'port of a listener that does',
  },
  {
    says: /certificate verify failed/,
    advice:
      "Set kafka.tls.ca_file to what has signed the brokers' certificates, and name brokers as their certificates do",
  },
  {
    says: /alert (bad certificate|certificate required|unknown ca|handshake failure)/,
    advice:
      'That listener wants a client certificate that it trusts: set kafka.tls.cert_file and kafka.tls.key_file',
  },
  {
    says: /not valid in current SASL state/,
    advice:
      'That listener takes no login: leave kafka.auth.sasl out, or set the port of a listener that does',
  },
  {
    says: /Unsupported SASL mechanism/,
    advice: 'Set kafka.auth.sasl.mechanism to one that the broker supports',
  },
  // The size is how the answer begins: "HTTP", or a TLS alert.
  {
    says: /Invalid response size 1213486160/,
    advice: 'What listens there speaks HTTP: set the port of a Kafka listener',
  },
  {
    says: /Invalid response size 3525\d{5}/,
    advice: 'That listener expects TLS: set kafka.tls.enabled: true',
  },
  {
    says: /Invalid response size/,
    advice: 'What listens there does not speak Kafka: check the port in kafka.brokers',
  },
  {
    says: HUNG_UP,
    states: ['APIVERSION_QUERY'],
    without: 'TLS',
    advice:
      'It hung up at the first request, as a listener that expects TLS does: set kafka.tls.enabled: true',
  },
  {
    says: HUNG_UP,
    states: ['UP'],
    without: 'login',
    advice:
      'It hung up at the first request that needs a login: set kafka.auth.sasl, if the listener has one',
  },
  {
    says: /closed by peer|Broken pipe|Connection reset by peer|transport failure|Disconnected/,
    advice: 'If the broker is up, its listener may expect kafka.tls.enabled or kafka.auth.sasl',
  },
];

/**
 * Reads a line that librdkafka logs when a connection fails, such as
 * `[thrd:…]: ssl://broker:9093/bootstrap: Connect to … failed: Connection refused (after 0ms in state CONNECT)`.
 *
 * @returns null for any other line.
 */
export function readConnectionTrouble(line: string): ConnectionTrouble | null {
  const found =
    /^(?:\[thrd:[^\]]*\]: )?(?:(\w+):\/\/)?([^\s/]+:\d+)\/\w+: (.+?) \(after \d+ms in state (\w+).*\)$/s.exec(
      line,
    );
  if (!found) return null;
  const [, protocol = 'plaintext', address = '', what = '', state = ''] = found;
  const has = { TLS: protocol.endsWith('ssl'), login: protocol.startsWith('sasl') };
  const explanation = EXPLANATIONS.find(
    ({ says, states = [state], without }) =>
      says.test(what) && states.includes(state) && !(without && has[without]),
  );
  return { address, what, advice: explanation?.advice ?? '' };
}

/** Without a full stop at its end. */
export function describeTrouble({ address, what, advice }: ConnectionTrouble): string {
  return `${address}: ${what}${advice === '' ? '' : `. ${advice}`}`;
}
