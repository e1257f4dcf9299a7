import { createServer, type Server, Socket } from 'node:net';
import { API, type ApiName, type Frame, requestHeader, responseCorrelationId } from './frames.js';
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
  /** Ends connections with a reset. @param choose says which; default all. @returns how many. */
  reset(choose?: () => boolean): number;
  close(): Promise<void>;
}

interface WaitingHold extends Hold {
  settle(came: boolean): void;
}

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
  const holds = new Set<WaitingHold>();
  const connections = new Set<readonly [Socket, Socket]>();

  const takeHold = (apiKey: number, frame: Frame): WaitingHold | undefined => {
    for (const hold of holds) {
      if (API[hold.api] !== apiKey || !frame.includes(hold.containing)) continue;
      holds.delete(hold);
      return hold;
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
    const heldResponses = new Map<number, WaitingHold>();

    openLane(client, broker, {
      bytesPerSecond: () => conditions.bytesPerSecond ?? null,
      delayMs: frame => {
        const { apiKey, correlationId } = requestHeader(frame);
        const hold = holds.size === 0 ? undefined : takeHold(apiKey, frame);
        if (hold?.direction === 'response') heldResponses.set(correlationId, hold);
        if (hold?.direction !== 'request') return latency();
        hold.settle(true);
        return hold.holdMs;
      },
    });
    openLane(broker, client, {
      bytesPerSecond: () => conditions.bytesPerSecond ?? null,
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
    holdNext: wanted => {
      let hold: WaitingHold | undefined;
      const held = new Promise<boolean>(resolve => {
        hold = { ...wanted, settle: resolve };
        holds.add(hold);
      });
      return {
        held,
        cancel: () => {
          if (hold && holds.delete(hold)) hold.settle(false);
        },
      };
    },
    reset,
    close: async () => {
      for (const hold of holds) hold.settle(false);
      holds.clear();
      const closed = servers.map(server => new Promise(resolve => server.close(resolve)));
      reset();
      await Promise.all(closed);
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
