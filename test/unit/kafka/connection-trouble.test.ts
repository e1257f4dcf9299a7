import { describe, expect, it } from 'vitest';
import { readConnectionTrouble } from '../../../src/kafka/connection-trouble.js';

// Lines that librdkafka 2.15 has logged; test/integration/security.kafka.test.ts tries most of them with real listeners.
describe('a connection that fails', () => {
  it('has an address, what happened and what to do', () => {
    expect(
      readConnectionTrouble(
        "[thrd:no-such-host.invalid:9092/bootstrap]: no-such-host.invalid:9092/bootstrap: Failed to resolve 'no-such-host.invalid:9092': Name or service not known (after 0ms in state CONNECT, 1 identical error(s) suppressed)",
      ),
    ).toEqual({
      address: 'no-such-host.invalid:9092',
      what: "Failed to resolve 'no-such-host.invalid:9092': Name or service not known",
      advice: 'Check the host name in kafka.brokers, and the name service of this machine',
    });
  });

  it.each([
    [
      'a closed port of IPv6',
      '[::1]:9092/bootstrap: Connect to ipv6#[::1]:9092 failed: Connection refused (after 0ms in state CONNECT)',
      /^Nothing listens there/,
    ],
    [
      'a network that leads nowhere',
      'b:9092/1: Connect to ipv4#10.0.0.1:9092 failed: No route to host (after 3080ms in state CONNECT)',
      /network in between/,
    ],
    [
      'silence',
      'b:9092/bootstrap: Connection setup timed out in state CONNECT (after 30029ms in state CONNECT)',
      /^Nothing answers there/,
    ],
    [
      'TLS to plaintext',
      'ssl://b:9092/bootstrap: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? (after 8ms in state SSL_HANDSHAKE)',
      /does not speak TLS/,
    ],
    [
      'TLS to plaintext, where the listener was quick to hang up',
      'ssl://b:9092/bootstrap: Disconnected: SSL connection closed by peer (after 0ms in state SSL_HANDSHAKE)',
      /does not speak TLS/,
    ],
    [
      'plaintext to TLS',
      'b:9092/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 30ms in state APIVERSION_QUERY)',
      /expects TLS does/,
    ],
    [
      'plaintext to TLS that answers by an alert',
      'b:9092/bootstrap: Receive failed: Invalid response size 352518912 (0..100000000): increase receive.message.max.bytes (after 0ms in state APIVERSION_QUERY)',
      /expects TLS: /,
    ],
    [
      'no login',
      'ssl://b:9092/bootstrap: Disconnected: SSL connection closed by peer (after 0ms in state UP)',
      /needs a login/,
    ],
    [
      'no login, where the client was about to send more',
      'b:9092/bootstrap: Send failed: Broken pipe (after 1ms in state UP)',
      /needs a login/,
    ],
    [
      'plaintext to TLS, where the client was about to send more',
      'b:9092/bootstrap: Receive failed: Connection reset by peer (after 1ms in state APIVERSION_QUERY)',
      /expects TLS does/,
    ],
    [
      'a listener that hangs up for reasons of its own',
      'sasl_ssl://b:9092/bootstrap: Disconnected: SSL connection closed by peer (after 0ms in state UP)',
      /^If the broker is up/,
    ],
  ])('knows %s', (_, line, advice) => {
    expect(readConnectionTrouble(`[thrd:b]: ${line}`)?.advice).toMatch(advice);
  });

  it('has no advice for what is not known', () => {
    expect(readConnectionTrouble('[thrd:b]: b:9092/1: Something new (after 1ms in state UP)')).toEqual({
      address: 'b:9092',
      what: 'Something new',
      advice: '',
    });
  });
});

it.each([
  '[thrd:app]: Enabled features',
  '[thrd:b:9092/bootstrap]: b:9092/bootstrap: Updated enabled protocol features +ApiVersion to ApiVersion',
  '[thrd:b:9092/bootstrap]: ApiKey Fetch (1) Versions 4..18',
])('leaves other lines alone: %s', line => {
  expect(readConnectionTrouble(line)).toBeNull();
});
