import type { Random } from '../../src/demo/telemetry/random.js';
import type { Cluster, ClusterOptions } from './cluster.js';
import type { Pipeline, PipelineOptions } from './pipeline.js';

/** One kind of fault, done so many times to workers that process records meanwhile. */
export interface Scenario {
  name: string;
  /** For people: what is done. */
  title: string;
  /** How often, or how long where `unit` is seconds. */
  counts: { published: number; short: number };
  unit: 'times' | 'seconds' | 'records';
  /**
   * What its brokers need beforehand, and how to undo it after they have stopped. Default: nothing.
   * @throws SkippedScenario when it cannot be had here.
   */
  prepare?(): Promise<{ clusterOptions: ClusterOptions; cleanUp(): Promise<void> }>;
  /**
   * Opens pipelines, and does the faults. What they wrote is checked afterwards, when the workers have processed the rest.
   * @throws SkippedScenario when it cannot be done here.
   */
  run(run: ScenarioRun): Promise<void>;
}

/** What a scenario is given. */
export interface ScenarioRun {
  cluster: Cluster;
  random: Random;
  count: number;
  /** The short form: what is slow without need is left out. */
  brief: boolean;
  open(
    options: Omit<PipelineOptions, 'cluster' | 'seed' | 'dir' | 'history' | 'name'> & { name?: string },
  ): Promise<Pipeline>;
  /** Notes a fault at the moment at which it is done. What follows it is measured. @param to the pipeline it hits; default all. */
  fault(what: string, about?: Record<string, unknown>, to?: Pipeline): void;
  /** One measured value of a kind: time in milliseconds, or what the name says. */
  measure(name: string, value: number): void;
  /** Something that should have happened did not. */
  problem(text: string): void;
}

/** The scenario needs what this machine does not give; the message says what. */
export class SkippedScenario extends Error {}
