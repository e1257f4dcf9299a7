import type { Config } from '../../config/schema.js';
import type { MetricValues } from '../../observe/worker-metrics.js';
import type { WorkerStatus } from '../../observe/worker-status.js';

/** Everything that supervisor and worker processes say to each other. */
export type ToWorker =
  /** The first message: begin to work. */
  | { kind: 'work'; worker: number; config: Config }
  /** Report now, not only with the next second. */
  | { kind: 'report' }
  /** Finish the running batch and leave. */
  | { kind: 'stop' };

export type FromWorker =
  | { kind: 'report'; report: WorkerReport }
  /** The last message of a worker that cannot go on, and would not when started again. */
  | { kind: 'hopeless'; error: 'Fatal' | 'ConfigInvalid'; problems: string[] };

export interface WorkerReport {
  status: WorkerStatus;
  /** Empty when nobody can ask for them. */
  metrics: MetricValues;
}
