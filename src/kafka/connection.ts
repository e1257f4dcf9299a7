/** What a client tells about its connections. */
export interface ConnectionEvents {
  /** No broker has answered since `connect` began; `reason` is the client's last word on why. */
  brokersAway(client: string, reason: string, waitedMs: number): void;
  connected(client: string, waitedMs: number): void;
  /** Something went wrong with a connection; the client recovers by itself. */
  connectionError(client: string, reason: string): void;
}

/** For connections that nobody watches. */
export const SILENT: ConnectionEvents = {
  brokersAway: () => undefined,
  connected: () => undefined,
  connectionError: () => undefined,
};

export interface ConnectOptions {
  /** How the client is called in events and errors: `consumer`, `producer`. */
  client: string;
  events: ConnectionEvents;
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Gives up after this time; without it, brokers are waited for as long as it takes. */
  waitMaxMs?: number | undefined;
}
