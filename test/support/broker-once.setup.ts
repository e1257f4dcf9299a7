import type { TestProject } from 'vitest/node';
import { startBestBroker } from './broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string;
  }
}

/** One broker for the whole run. Its address reaches the tests through `testBroker()`. */
export default async function brokerOnce(project: TestProject): Promise<() => Promise<void>> {
  const broker = await startBestBroker();
  process.stdout.write(`Kafka for the tests: ${broker.kind} at ${broker.brokers}\n`);
  project.provide('kafkaBrokers', broker.brokers);
  return () => broker.stop();
}
