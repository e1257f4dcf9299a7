import type { Config } from '../config/schema.js';

/** The group that a worker joins. Of a dry run one of its own: in the workers' group it would take partitions from them. */
export function consumerGroup({ dry_run, consumer }: Pick<Config, 'dry_run' | 'consumer'>): string {
  return dry_run ? `${consumer.group_id}-dry-run` : consumer.group_id;
}
