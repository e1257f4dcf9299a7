import { brokerProblem, isHttpUrl } from '../host-port.js';
import { boolean, integer, oneOf, properties, text, texts } from '../kinds.js';
import { refusedProperties } from '../refused-properties.js';

/** How to reach Kafka. Used by the consumer, the producer and the admin client alike. */
export const kafka = {
  brokers: texts({
    default: ['localhost:9092'],
    problemOf: brokerProblem,
    allowed: 'a list of `host:port`',
    doc: 'Brokers to ask first; the others are learned from them. Name several, so that one that is down does not keep a worker from starting. Without a port it is 9092; an IPv6 address stands in brackets: `[::1]:9092`.',
    librdkafka: 'bootstrap.servers',
  }),
  client_id: text({
    default: 'otelrows',
    doc: 'Name of this program in broker logs, metrics and quotas.',
    librdkafka: 'client.id',
  }),
  protocol_version: text({
    default: null,
    pattern: /^\d+\.\d+(\.\d+){0,2}$/,
    allowed: 'a Kafka version such as `2.5.0`',
    doc: 'Protocol version to fall back to when a broker cannot tell its own. Brokers since 0.10 tell it, so the version is negotiated unless this is set.',
    librdkafka: 'broker.version.fallback',
  }),
  resolve_canonical_bootstrap_servers_only: boolean({
    default: false,
    doc: 'Replace each address of `kafka.brokers` by the canonical names of its IP addresses before connecting. Needed for Kerberos behind one DNS name.',
    librdkafka: 'client.dns.lookup',
  }),
  conn_idle_timeout_ms: integer({
    default: 0,
    min: 0,
    max: 2147483647,
    unit: 'milliseconds',
    doc: 'Close connections that were idle for so long. `0` leaves it to the brokers, which close idle connections after 10 minutes. Transactional producers close theirs after 5 s at the latest, also with a longer value here: that wakes one that waits for a broker which has gone.',
    librdkafka: 'connections.max.idle.ms',
  }),
  metadata: {
    refresh_interval_ms: integer({
      default: 300000,
      min: 1000,
      max: 3600000,
      unit: 'milliseconds',
      doc: 'How often the list of brokers, topics and partitions is asked for again. New input topics and partitions are seen sooner, since workers look for those themselves: every 5 s; with `^regex` inputs, for which all topics must be listed, every 5 to 30 s, by the size of the cluster. With `encoding: native`, new partitions of an output topic are used after so long at most, as they are with others.',
      librdkafka: 'topic.metadata.refresh.interval.ms',
    }),
  },
  rack_id: text({
    default: null,
    doc: 'Where this worker runs, in the terms of `broker.rack`. Lets it read from the nearest replica where brokers allow that.',
    librdkafka: 'client.rack',
  }),
  tls: {
    enabled: boolean({
      default: false,
      doc: 'Encrypt connections with TLS. With `kafka.auth.sasl.mechanism` the protocol is SASL_SSL, otherwise SSL.',
      librdkafka: 'security.protocol',
    }),
    ca_file: text({
      default: null,
      doc: 'PEM file with the certificates that broker certificates are checked against. Without it the certificates of the system are used.',
      librdkafka: 'ssl.ca.location',
    }),
    cert_file: text({
      default: null,
      doc: 'PEM file with the certificate of this client, for brokers that ask for one.',
      librdkafka: 'ssl.certificate.location',
    }),
    key_file: text({
      default: null,
      doc: 'PEM file with the private key that belongs to `kafka.tls.cert_file`.',
      librdkafka: 'ssl.key.location',
    }),
    key_password: text({
      default: null,
      secret: true,
      doc: 'Password of `kafka.tls.key_file`.',
      librdkafka: 'ssl.key.password',
    }),
    insecure_skip_verify: boolean({
      default: false,
      doc: 'Accept any broker certificate. Whoever can redirect the connection can then read and change everything, so this is for trials only.',
      librdkafka: 'enable.ssl.certificate.verification',
    }),
  },
  auth: {
    sasl: {
      mechanism: oneOf(
        ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER', 'AWS_MSK_IAM_OAUTHBEARER'],
        {
          default: null,
          refused: { AWS_MSK_IAM: 'which AWS_MSK_IAM_OAUTHBEARER takes the place of' },
          doc: 'How to log in. `null` is no login. With `kafka.tls.enabled` the protocol is SASL_SSL, otherwise SASL_PLAINTEXT. `AWS_MSK_IAM_OAUTHBEARER` logs in to Amazon MSK by IAM, over TLS; see docs/logins.md.',
          librdkafka: 'sasl.mechanisms',
        },
      ),
      username: text({
        default: null,
        doc: 'User name for `PLAIN` and `SCRAM-*`.',
        librdkafka: 'sasl.username',
      }),
      password: text({
        default: null,
        secret: true,
        doc: 'Password for `PLAIN` and `SCRAM-*`.',
        librdkafka: 'sasl.password',
      }),
      aws_msk: {
        region: text({
          default: null,
          pattern: /^[a-z]{2}(-[a-z]+)+-[0-9]+$/,
          allowed: 'the name of an AWS region, such as `eu-west-1`',
          doc: 'Region of the cluster, for `AWS_MSK_IAM_OAUTHBEARER`. Credentials are found as the AWS SDKs find them: environment variables, shared files and `AWS_PROFILE`, web identity, container and instance roles.',
        }),
      },
      oauthbearer: {
        token_endpoint_url: text({
          default: null,
          pattern: { test: isHttpUrl },
          allowed: 'an `http://` or `https://` address',
          doc: 'Where tokens for `OAUTHBEARER` are fetched (OIDC client credentials).',
          librdkafka: 'sasl.oauthbearer.token.endpoint.url',
        }),
        client_id: text({
          default: null,
          doc: 'Client id at the token endpoint.',
          librdkafka: 'sasl.oauthbearer.client.id',
        }),
        client_secret: text({
          default: null,
          secret: true,
          doc: 'Client secret at the token endpoint.',
          librdkafka: 'sasl.oauthbearer.client.secret',
        }),
        scope: text({
          default: null,
          doc: 'Scope to ask the token for.',
          librdkafka: 'sasl.oauthbearer.scope',
        }),
        extensions: text({
          default: null,
          doc: 'SASL extensions for the broker, as `name=value` separated by commas.',
          librdkafka: 'sasl.oauthbearer.extensions',
        }),
      },
    },
  },
  custom: {
    consumer: properties({
      default: {},
      holdsSecrets: true,
      doc: `Any other property of librdkafka for the consumer. Applied last: of a property that a setting decides too, such as \`fetch.min.bytes\`, the value here wins. ${refused('consumer')}`,
    }),
    producer: properties({
      default: {},
      holdsSecrets: true,
      doc: `Any other property of librdkafka for the producer, and for the admin client. Applied last: of a property that a setting decides too, such as \`linger.ms\`, the value here wins. ${refused('producer')}`,
    }),
  },
};

function refused(side: 'consumer' | 'producer'): string {
  const { always, exactlyOnce } = refusedProperties(side);
  const names = (properties: readonly string[]) => properties.map(name => `\`${name}\``).join(', ');
  return `Refused by name, because exactly-once or other parts of otelrows rely on them: ${names(always)}, callbacks (\`*_cb\`), and with \`delivery\` \`exactly_once\` ${names(exactlyOnce)}.`;
}
