/** The brokers that the demo can start, the best first. */
export const BROKER_KINDS = ['java', 'container', 'mock'] as const;
export type BrokerKind = (typeof BROKER_KINDS)[number];
