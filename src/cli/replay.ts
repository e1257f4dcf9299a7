import type { LoadedConfig } from '../config/loaded-config.js';
import type { Config } from '../config/schema.js';
import { InputInvalid } from '../errors.js';
import type { KafkaClients } from '../kafka/ports.js';
import { checkOrder, describePosition, type Position, readPosition } from '../stream/replay/position.js';
import { type ReplayPlan, replay } from '../stream/replay/replay.js';
import { resetGroup } from '../stream/replay/reset-group.js';
import { confirm } from './confirm.js';
import { createOperator, type Operator, operate, tellInterrupted } from './replay/operator.js';
import { count, durationText, type Progress, progressOf, progressText } from './replay/progress-text.js';
import { renderMissed, renderPlan, renderResets } from './replay/summary.js';

export interface ReplayOptions {
  topic: string[];
  from: string;
  to?: string;
  group?: string;
  resetGroup?: boolean;
  restart?: boolean;
  outputSuffix?: string;
  rate?: number;
  yes?: boolean;
}

/** What happens to rows that were written before. */
function secondTime({ row_id }: Config): string {
  const again = 'Rows that are in these topics already are written there a second time';
  return row_id === 'none'
    ? `${again}, and row_id is none, so nothing tells them apart from the first.`
    : `${again}, under the same row ids: the tables that "otelrows schema clickhouse" prints collapse them.`;
}

/** `otelrows replay`: processes records again, under a group of its own or by putting the workers back. */
export async function runReplay(
  loaded: LoadedConfig,
  kafka: KafkaClients,
  options: ReplayOptions,
): Promise<void> {
  if (options.resetGroup) await resetWorkers(loaded, kafka, options);
  else await replayAside(loaded, kafka, options);
}

async function replayAside(
  { config }: LoadedConfig,
  kafka: KafkaClients,
  options: ReplayOptions,
): Promise<void> {
  const to = options.to ?? 'now';
  const positions = { from: readPosition(options.from, '--from'), to: readPosition(to, '--to') };
  checkOrder(positions.from, positions.to);
  const operator = await createOperator(config, kafka);
  const { screen, events, stop } = operator;
  const watch = progressWatch(operator);

  const agree = async (plan: ReplayPlan): Promise<boolean> => {
    if (plan.state === 'complete') {
      screen.line(
        `The replay of the group ${plan.group} is complete: ${count(plan.allOffsets)} offsets. Begin anew with --restart.`,
      );
      return false;
    }
    const range = { from: describePosition(positions.from), to: describePosition(positions.to) };
    if (plan.state === 'empty') {
      refuseFuture(positions.from, options.from);
      screen.line(`Nothing to replay: the inputs hold no records from ${range.from} to ${range.to}.`);
      return false;
    }
    for (const line of renderPlan(plan, range)) screen.line(line);
    if (!plan.otherOutputs) {
      screen.line(`${secondTime(config)} --output-suffix writes to others.`);
    }
    if (config.dry_run) return false;
    const agreed = await confirm('Start?', options.yes === true, stop);
    if (agreed) watch.begin(plan.doneOffsets, plan.allOffsets, options.rate);
    return agreed;
  };

  try {
    const end = await operate(
      operator,
      replay(
        operator,
        {
          group: options.group ?? `${config.consumer.group_id}-replay`,
          topics: options.topic,
          from: positions.from,
          to: positions.to,
          asked: { from: options.from, to },
          restart: options.restart === true,
          agreed: options.yes === true,
          outputSuffix: options.outputSuffix,
          rowsPerSecondMax: options.rate,
        },
        { confirm: agree, progressed: watch.progressed },
      ),
    );
    if (end === 'done') screen.line(`Done: ${watch.summary()}`);
    if (end === 'unbegun') {
      tellInterrupted(operator, 'Interrupted before this run wrote anything. Give the same command again.');
    }
    if (end === 'stopped') {
      const again = options.restart ? 'the same command without --restart' : 'the same command again';
      tellInterrupted(operator, `Interrupted: ${watch.summary()} Give ${again} to go on.`);
    }
    if (end === 'done' || end === 'stopped') {
      for (const line of renderMissed(events.counters.missedRecords, 'records')) screen.line(line);
    }
  } finally {
    watch.end();
  }
}

/** @throws InputInvalid for a time at which nothing can have been yet. */
function refuseFuture(from: Position, text: string): void {
  if (from.kind === 'time' && from.ms > Date.now()) {
    throw new InputInvalid(`--from ${text} lies in the future, and nothing in the inputs is as new as that`);
  }
}

async function resetWorkers(
  { config }: LoadedConfig,
  kafka: KafkaClients,
  options: ReplayOptions,
): Promise<void> {
  for (const [option, given] of [
    ['--to', options.to],
    ['--group', options.group],
    ['--restart', options.restart],
    ['--output-suffix', options.outputSuffix],
    ['--rate', options.rate],
  ]) {
    if (given !== undefined) {
      throw new InputInvalid(
        `${option} does not go with --reset-group: the workers then do what they always do`,
      );
    }
  }
  const operator = await createOperator(config, kafka);
  const { screen, stop } = operator;
  const group = config.consumer.group_id;
  const changed = await operate(
    operator,
    resetGroup(
      operator,
      { topics: options.topic, from: readPosition(options.from, '--from') },
      async resets => {
        for (const line of renderResets(group, resets)) screen.line(line);
        screen.line(`Its workers will then read from there. ${secondTime(config)}`);
        return config.dry_run ? false : confirm('Set them?', options.yes === true, stop);
      },
    ),
  );
  if (changed === true) screen.line(`Done. Start the workers of ${group}.`);
}

const PROGRESS_INTERVAL_MS = 500;

/** Shows how far a replay is while it runs. */
function progressWatch({ screen, events }: Operator) {
  let progress: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: (doneBefore: number, allOffsets: number, rowsPerSecondMax: number | undefined) => {
      const begun = progressOf(doneBefore, allOffsets, performance.now(), rowsPerSecondMax);
      progress = begun;
      timer = setInterval(
        () => screen.progress(progressText(begun.at(performance.now(), events.counters.rows))),
        PROGRESS_INTERVAL_MS,
      );
    },
    progressed: (doneOffsets: number) => progress?.committed(doneOffsets, performance.now()),
    end: () => {
      clearInterval(timer);
      screen.clearProgress();
    },
    summary: () => {
      const { records, rows, deadLetteredItems, deadLetteredRecords } = events.counters;
      const seconds = (progress?.elapsedMs(performance.now()) ?? 0) / 1000;
      return (
        `${count(records)} records, ${count(rows)} rows and ${count(deadLetteredItems + deadLetteredRecords)} ` +
        `dead letters in ${durationText(seconds)}.`
      );
    },
  };
}
