import { type Properties, smallClusterProperties } from './broker-properties.js';

/**
 * Environment for the `apache/kafka` image: one broker whose plain listener has the same port inside and outside, since
 * the address that a broker advertises must be the one that clients outside the container reach.
 */
export function containerEnvironment(port: number): Record<string, string> {
  const controllerPort = port === 9093 ? 9094 : 9093;
  const properties: Properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://:${port},CONTROLLER://:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...smallClusterProperties(1),
  };
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`,
      String(value),
    ]),
  );
}
