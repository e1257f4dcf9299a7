import { createServer, type Server, Socket } from 'node:net';
import {
  API,
  type ApiName,
  type Frame,
  refuseOffsets,
  requestHeader,
  responseCorrelationId,
} from './frames.js';
import { openLane } from './lane.js';

const HOST = '127.0.0.1';

/** How the network is for everyone, until it is set anew. */
export interface NetworkConditions {
  /** Gives the delay of the next frame, in either direction. */
  latencyMs?: () => number;
  /** Of each connection and direction. */
  bytesPerSecond?: number;
}

/** One frame that is to be kept back, and with it what follows on its connection. */
export interface Hold {
  api: ApiName;
  /** A request that is held arrives late; a response that is held leaves the client in the dark about what was done. */
  direction: 'request' | 'response';
  /** Only a request that contains this text: a transactional id, for example. */
  containing: string;
  holdMs: number;
}

export interface KafkaProxy {
  /** Replaces the conditions; `{}` is a network without faults. */
  setConditions(conditions: NetworkConditions): void;
  /** Holds the next frame that fits. Resolves when it has come and is being held; `cancel` gives up waiting for it. */
  holdNext(hold: Hold): { held: Promise<boolean>; cancel(): void };
  /** Answers the next request that fits with an error; resolves when it has. */
  refuseNext(refusal: Refusal): { held: Promise<boolean>; cancel(): void };
  /** Ends connections with a reset. @param choose says which; default all. @returns how many. */
  reset(choose?: () => boolean): number;
  close(): Promise<void>;
}

/** One request to add offsets to a transaction that is carried out, but whose client is told otherwise. */
export interface Refusal extends Pick<Hold, 'api' | 'containing'> {
  api: 'txnOffsetCommit';
  /** As the protocol has them. */
  errorCode: number;
}

type Waiting<T> = T & { settle(came: boolean): void };

/**
 * A TCP proxy that knows where Kafka's requests and responses begin, so that it can hold just one of them. It listens on
 * one port per broker; the brokers must advertise these ports, or clients go around it.
 *
 * @param routes from which port to which broker.
 */
export async function startKafkaProxy(
  routes: readonly { listenPort: number; targetPort: number }[],
): Promise<KafkaProxy> {
  let conditions: NetworkConditions = {};
  const holds = new Set<Waiting<Hold>>();
  const refusals = new Set<Waiting<Refusal>>();
  const connections = new Set<readonly [Socket, Socket]>();

  const taken = <T extends Hold | Refusal>(
    waiting: Set<Waiting<T>>,
    apiKey: number,
    frame: Frame,
  ): Waiting<T> | undefined => {
    for (const one of waiting) {
      if (API[one.api] !== apiKey || !frame.includes(one.containing)) continue;
      waiting.delete(one);
      return one;
    }
    return undefined;
  };

  const connect = (client: Socket, targetPort: number): void => {
    const broker = new Socket();
    const pair = [client, broker] as const;
    connections.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // its 'close' follows, and that is what the lanes go by
    }
    broker.on('close', () => connections.delete(pair));
    const latency = () => conditions.latencyMs?.() ?? 0;
    const heldResponses = new Map<number, Waiting<Hold>>();
    const refusedRequests = new Map<number, Waiting<Refusal>>();

    openLane(client, broker, {
      bytesPerSecond: () => conditions.bytesPerSecond ?? null,
      delayMs: frame => {
        const { apiKey, correlationId } = requestHeader(frame);
        const hold = taken(holds, apiKey, frame);
        // One that is held is not the one that is refused.
        const refusal = hold ? undefined : taken(refusals, apiKey, frame);
        if (refusal) refusedRequests.set(correlationId, refusal);
        if (hold?.direction === 'response') heldResponses.set(correlationId, hold);
        if (hold?.direction !== 'request') return latency();
        hold.settle(true);
        return hold.holdMs;
      },
    });
    openLane(broker, client, {
      bytesPerSecond: () => conditions.bytesPerSecond ?? null,
      rewrite: frame => {
        const refusal = refusedRequests.get(responseCorrelationId(frame));
        if (!refusal) return;
        refusedRequests.delete(responseCorrelationId(frame));
        refuseOffsets(frame, refusal.errorCode);
        refusal.settle(true);
      },
      delayMs: frame => {
        const hold = heldResponses.get(responseCorrelationId(frame));
        if (!hold) return latency();
        heldResponses.delete(responseCorrelationId(frame));
        hold.settle(true);
        return hold.holdMs;
      },
    });
    broker.connect(targetPort, HOST);
    // A broker that is away looks away, not like one that accepts and hangs up.
    broker.on('error', () => client.resetAndDestroy());
  };

  const servers = await Promise.all(
    routes.map(({ listenPort, targetPort }) => listen(listenPort, client => connect(client, targetPort))),
  );
  const reset = (choose: () => boolean = () => true): number => {
    const chosen = [...connections].filter(choose);
    for (const sockets of chosen) for (const socket of sockets) socket.resetAndDestroy();
    return chosen.length;
  };
  return {
    setConditions: wanted => {
      conditions = wanted;
    },
    holdNext: wanted => wait(holds, wanted),
    refuseNext: wanted => wait(refusals, wanted),
    reset,
    close: async () => {
      for (const waiting of [...holds, ...refusals]) waiting.settle(false);
      holds.clear();
      refusals.clear();
      const closed = servers.map(server => new Promise(resolve => server.close(resolve)));
      reset();
      await Promise.all(closed);
    },
  };
}

function wait<T extends object>(
  waiting: Set<Waiting<T>>,
  wanted: T,
): { held: Promise<boolean>; cancel(): void } {
  let one: Waiting<T> | undefined;
  const held = new Promise<boolean>(resolve => {
    one = { ...wanted, settle: resolve };
    waiting.add(one);
  });
  return {
    held,
    cancel: () => {
      if (one && waiting.delete(one)) one.settle(false);
    },
  };
}

function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, accept);
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(server));
  });
}
