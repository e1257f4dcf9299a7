import type { Resource } from '../../transform/decode/otlp.js';
import { attributes } from './attributes.js';

export const SERVICES = [
  'frontend',
  'catalog',
  'recommendation',
  'cart',
  'checkout',
  'payment',
  'shipping',
  'email',
] as const;

export type Service = (typeof SERVICES)[number];

interface Build {
  language: 'nodejs' | 'go' | 'java' | 'python';
  version: string;
  sdkVersion: string;
}

const BUILDS: Record<Service, Build> = {
  frontend: { language: 'nodejs', version: '3.14.0', sdkVersion: '2.1.0' },
  catalog: { language: 'java', version: '2.7.1', sdkVersion: '1.55.0' },
  recommendation: { language: 'python', version: '0.9.4', sdkVersion: '1.37.0' },
  cart: { language: 'go', version: '1.22.3', sdkVersion: '1.38.0' },
  checkout: { language: 'java', version: '5.0.2', sdkVersion: '1.55.0' },
  payment: { language: 'go', version: '1.8.0', sdkVersion: '1.38.0' },
  shipping: { language: 'go', version: '1.3.5', sdkVersion: '1.38.0' },
  email: { language: 'python', version: '0.4.1', sdkVersion: '1.37.0' },
};

/** What a service says of itself with everything that it sends. */
export const RESOURCES = Object.fromEntries(
  SERVICES.map((service, index) => [service, resourceOf(service, index)]),
) as Record<Service, Resource>;

function resourceOf(service: Service, index: number): Resource {
  const { language, version, sdkVersion } = BUILDS[service];
  return {
    attributes: attributes({
      'service.name': service,
      'service.namespace': 'shop',
      'service.version': version,
      'service.instance.id': `${service}-7d9f8c6b5-${(index * 7919 + 4096).toString(36)}`,
      'deployment.environment.name': 'demo',
      'cloud.region': 'eu-central-1',
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': `${service}-7d9f8c6b5-${(index * 7919 + 4096).toString(36)}`,
      'host.name': `node-${(index % 3) + 1}`,
      'process.pid': BigInt(1 + index),
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': language,
      'telemetry.sdk.version': sdkVersion,
    }),
    droppedAttributesCount: 0,
  };
}

export const RESOURCE_SCHEMA_URL = 'https://opentelemetry.io/schemas/1.37.0';
