import type { Plain } from './attributes.js';
import type { Random } from './random.js';
import type { Service } from './services.js';

/** The numbers of OTLP's SpanKind. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

type Attributes = Record<string, Plain>;

/** One operation of the shop: what its span looks like and what it calls, in order. */
export interface Operation {
  service: Service;
  name: string;
  kind: keyof typeof SPAN_KIND;
  /** The library that makes the span. */
  scope: string;
  /** Time that it takes itself, around its calls. */
  ownMedianMs: number;
  attributes: (random: Random) => Attributes;
  calls: readonly Operation[];
  failure?: Failure;
  /** Says what happened, in a log record of the service. */
  logs?: { done: (random: Random) => string; failed: string };
}

export interface Failure {
  probability: number;
  exception: { type: string; message: string };
  /** Whether what called it fails too. */
  breaksCaller: boolean;
  /** Attributes that a failed call has instead of those of one that went well. */
  attributes: Attributes;
}

interface Extras {
  calls?: readonly Operation[];
  failure?: Failure;
  logs?: NonNullable<Operation['logs']>;
}

const none = () => ({});

/** A request from a browser or another service, as the service that answers sees it. */
function httpServer(
  service: Service,
  method: string,
  route: string,
  ownMedianMs: number,
  more: Extras & { status?: bigint; extra?: (random: Random) => Attributes } = {},
): Operation {
  const { status = 200n, extra = none, ...extras } = more;
  return {
    service,
    name: `${method} ${route}`,
    kind: 'server',
    scope: SCOPES[service].http,
    ownMedianMs,
    calls: [],
    attributes: random => ({
      'http.request.method': method,
      'http.route': route,
      'url.path': route.replace('{id}', String(random.integer(1, 500))),
      'url.scheme': 'https',
      'http.response.status_code': status,
      'server.address': `${service}.shop.example`,
      'server.port': 8080n,
      'network.protocol.version': '1.1',
      'client.address': `203.0.113.${random.integer(1, 254)}`,
      'user_agent.original': random.pick(USER_AGENTS),
      ...extra(random),
    }),
    ...extras,
  };
}

/** A request to another service, as both see it: the client's span around the server's. */
function httpCall(from: Service, method: string, route: string, server: Operation): Operation {
  return {
    service: from,
    name: method,
    kind: 'client',
    scope: SCOPES[from].http,
    ownMedianMs: 1,
    attributes: () => ({
      'http.request.method': method,
      'url.full': `http://${server.service}.shop.example:8080${route}`,
      'server.address': `${server.service}.shop.example`,
      'server.port': 8080n,
      'http.response.status_code': 200n,
    }),
    calls: [server],
  };
}

function grpcCall(
  from: Service,
  to: Service,
  method: string,
  ownMedianMs: number,
  extras: Extras = {},
): Operation {
  const rpc = {
    'rpc.system': 'grpc',
    'rpc.service': `shop.${to[0]?.toUpperCase()}${to.slice(1)}`,
    'rpc.method': method,
    'rpc.grpc.status_code': 0n,
  };
  const name = `${rpc['rpc.service']}/${method}`;
  const server: Operation = {
    service: to,
    name,
    kind: 'server',
    scope: SCOPES[to].rpc,
    ownMedianMs,
    attributes: () => rpc,
    calls: [],
    ...extras,
  };
  return {
    service: from,
    name,
    kind: 'client',
    scope: SCOPES[from].rpc,
    ownMedianMs: 0.8,
    attributes: () => ({ ...rpc, 'server.address': `${to}.shop.example`, 'server.port': 50051n }),
    calls: [server],
  };
}

function database(
  service: Service,
  system: 'postgresql' | 'redis',
  [operation, collection]: [string, string],
  query: string,
  ownMedianMs: number,
  failure?: Failure,
): Operation {
  return {
    service,
    name: `${operation} ${collection}`,
    kind: 'client',
    scope: SCOPES[service].database,
    ownMedianMs,
    attributes: () => ({
      'db.system.name': system,
      'db.namespace': 'shop',
      'db.operation.name': operation,
      'db.collection.name': collection,
      'db.query.text': query,
      'server.address': `${system}.shop.example`,
    }),
    calls: [],
    ...(failure ? { failure } : {}),
  };
}

function internal(
  service: Service,
  name: string,
  ownMedianMs: number,
  extra: Operation['attributes'],
): Operation {
  return {
    service,
    name,
    kind: 'internal',
    scope: `shop.${service}`,
    ownMedianMs,
    attributes: extra,
    calls: [],
  };
}

const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36',
  'ShopApp/8.2 (Android 15; Pixel 8)',
] as const satisfies [string, ...string[]];

const NODE = {
  http: '@opentelemetry/instrumentation-http',
  rpc: '@opentelemetry/instrumentation-grpc',
  database: '@opentelemetry/instrumentation-pg',
};
const GO = {
  http: 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp',
  rpc: 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc',
  database: 'github.com/redis/go-redis/extra/redisotel',
};
const JAVA = {
  http: 'io.opentelemetry.tomcat-10.0',
  rpc: 'io.opentelemetry.grpc-1.6',
  database: 'io.opentelemetry.jdbc',
};
const PYTHON = {
  http: 'opentelemetry.instrumentation.flask',
  rpc: 'opentelemetry.instrumentation.grpc',
  database: 'opentelemetry.instrumentation.psycopg',
};

const SCOPES: Record<Service, { http: string; rpc: string; database: string }> = {
  frontend: NODE,
  catalog: JAVA,
  recommendation: PYTHON,
  cart: GO,
  checkout: JAVA,
  payment: GO,
  shipping: GO,
  email: PYTHON,
};

const PRODUCT_QUERY_TIMEOUT: Failure = {
  probability: 0.004,
  exception: {
    type: 'org.postgresql.util.PSQLException',
    message: 'canceling statement due to statement timeout',
  },
  breaksCaller: true,
  attributes: { 'db.response.status_code': '57014' },
};

const listProducts = httpServer('catalog', 'GET', '/products', 3, {
  calls: [
    database(
      'catalog',
      'postgresql',
      ['SELECT', 'products'],
      'SELECT * FROM products WHERE active ORDER BY rank LIMIT $1',
      9,
      PRODUCT_QUERY_TIMEOUT,
    ),
  ],
  logs: { done: random => `listed ${random.integer(12, 48)} products`, failed: 'listing products failed' },
});

const getProduct = httpServer('catalog', 'GET', '/products/{id}', 2, {
  calls: [
    database(
      'catalog',
      'postgresql',
      ['SELECT', 'products'],
      'SELECT * FROM products WHERE id = $1',
      4,
      PRODUCT_QUERY_TIMEOUT,
    ),
  ],
  extra: random => ({ 'app.product.id': `SKU-${random.integer(1000, 1499)}` }),
});

const recommend = httpServer('recommendation', 'GET', '/recommendations', 6, {
  calls: [
    internal('recommendation', 'rank candidates', 24, random => ({
      'app.model': 'two-tower-v3',
      'app.candidates': BigInt(random.integer(50, 400)),
      'app.cache.hit': random.chance(0.7),
    })),
  ],
  failure: {
    probability: 0.02,
    exception: { type: 'KeyError', message: "'embedding'" },
    breaksCaller: false,
    attributes: { 'http.response.status_code': 500n, 'error.type': 'KeyError' },
  },
  logs: {
    done: random => `ranked ${random.integer(50, 400)} candidates`,
    failed: 'ranking failed, falling back to bestsellers',
  },
});

const readCart = database('cart', 'redis', ['HGETALL', 'cart'], 'HGETALL cart:?', 0.9);
const writeCart = database('cart', 'redis', ['HSET', 'cart'], 'HSET cart:? ? ?', 1.1);

const home = httpServer('frontend', 'GET', '/', 5, {
  calls: [
    httpCall('frontend', 'GET', '/products', listProducts),
    httpCall('frontend', 'GET', '/recommendations', recommend),
  ],
});

const productPage = httpServer('frontend', 'GET', '/products/{id}', 4, {
  calls: [
    httpCall('frontend', 'GET', '/products/42', getProduct),
    httpCall('frontend', 'GET', '/recommendations', recommend),
  ],
});

const addToCart = httpServer('frontend', 'POST', '/cart', 3, {
  status: 201n,
  calls: [
    grpcCall('frontend', 'cart', 'AddItem', 1.5, {
      calls: [readCart, writeCart],
      logs: { done: random => `item added, ${random.integer(1, 9)} in cart`, failed: 'cart not saved' },
    }),
  ],
});

/** The order is announced here; the e-mail service reads it later, in a trace of its own that links back. */
export const ANNOUNCE_ORDER: Operation = {
  service: 'checkout',
  name: 'send orders',
  kind: 'producer',
  scope: 'io.opentelemetry.kafka-clients-2.6',
  ownMedianMs: 2,
  attributes: random => ({
    'messaging.system': 'kafka',
    'messaging.destination.name': 'orders',
    'messaging.operation.type': 'send',
    'messaging.destination.partition.id': String(random.integer(0, 5)),
  }),
  calls: [],
};

export const SEND_CONFIRMATION: Operation = {
  service: 'email',
  name: 'process orders',
  kind: 'consumer',
  scope: 'opentelemetry.instrumentation.confluent_kafka',
  ownMedianMs: 4,
  attributes: random => ({
    'messaging.system': 'kafka',
    'messaging.destination.name': 'orders',
    'messaging.operation.type': 'process',
    'messaging.consumer.group.name': 'email',
    'messaging.kafka.offset': BigInt(random.integer(0, 5_000_000)),
  }),
  calls: [
    internal('email', 'render confirmation', 7, random => ({
      'app.template': 'order-confirmation',
      'app.locale': random.pick(['de-DE', 'en-GB', 'fr-FR', 'pl-PL']),
    })),
  ],
  logs: { done: () => 'confirmation sent', failed: 'confirmation not sent' },
};

const checkOut = httpServer('frontend', 'POST', '/checkout', 4, {
  calls: [
    grpcCall('frontend', 'checkout', 'PlaceOrder', 6, {
      calls: [
        grpcCall('checkout', 'cart', 'GetCart', 1, { calls: [readCart] }),
        grpcCall('checkout', 'shipping', 'Quote', 18, {
          logs: { done: random => `quoted ${random.integer(3, 15)}.90 EUR`, failed: 'no quote' },
        }),
        grpcCall('checkout', 'payment', 'Charge', 85, {
          failure: {
            probability: 0.05,
            exception: {
              type: '*payment.DeclinedError',
              message: 'card declined by issuer: insufficient funds',
            },
            breaksCaller: true,
            attributes: { 'rpc.grpc.status_code': 9n, 'error.type': 'FAILED_PRECONDITION' },
          },
          logs: { done: random => `charged ${random.integer(5, 400)}.00 EUR`, failed: 'charge refused' },
        }),
        database(
          'checkout',
          'postgresql',
          ['INSERT', 'orders'],
          'INSERT INTO orders (id, customer, total) VALUES ($1, $2, $3)',
          7,
        ),
        ANNOUNCE_ORDER,
      ],
      logs: {
        done: random => `order ${random.integer(100_000, 999_999)} placed`,
        failed: 'order not placed',
      },
    }),
  ],
  logs: { done: () => 'checkout completed', failed: 'checkout failed' },
});

/** What visitors do, and how often out of 100 visits. */
export const VISITS: readonly { operation: Operation; weight: number }[] = [
  { operation: home, weight: 40 },
  { operation: productPage, weight: 35 },
  { operation: addToCart, weight: 15 },
  { operation: checkOut, weight: 10 },
];
