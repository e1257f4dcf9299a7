import type { Pipeline, PipelineOptions } from '../pipeline.js';
import type { ScenarioRun } from '../scenario.js';
import { startWorkers } from './start-workers.js';

const PIPELINES_MAX = 4;
const PARTITIONS = 6;

export interface InPipelines {
  workers: number;
  settings: NonNullable<PipelineOptions['settings']>;
  /** One fault, and what comes of it. */
  once(run: ScenarioRun, pipeline: Pipeline): Promise<void>;
}

/** Shares the faults out to pipelines that run side by side, for faults that mostly wait. */
export async function inPipelines(run: ScenarioRun, { workers, settings, once }: InPipelines): Promise<void> {
  const pipelineCount = Math.min(PIPELINES_MAX, run.count);
  let left = run.count;
  const inOne = async (index: number): Promise<void> => {
    const pipeline = await run.open({
      name: `${index + 1}`,
      partitions: PARTITIONS,
      settings,
      load: { recordsPerSecondMax: 80, backlogMax: 400 },
    });
    if (!(await startWorkers(pipeline, workers, run.problem))) return;
    while (left > 0) {
      left -= 1;
      await once(run, pipeline);
    }
  };
  await Promise.all(Array.from({ length: pipelineCount }, (_, index) => inOne(index)));
}
