import { writeFileSync } from 'node:fs';
import type { LoadedConfig } from '../config/loaded-config.js';
import { Fatal, InputInvalid } from '../errors.js';
import { asFileTrouble } from '../file-trouble.js';
import { recordName } from '../kafka/names.js';
import type { KafkaClients } from '../kafka/ports.js';
import { deadLetterOf } from '../messages/dead-letter-record.js';
import { findDeadLetter, listDeadLetterTopic } from '../stream/dead-letters/list-dead-letters.js';
import { OFFSETS_KEPT_DAYS, replayDeadLetterTopic } from '../stream/dead-letters/replay-dead-letters.js';
import { readTime } from '../stream/replay/time.js';
import { confirm } from './confirm.js';
import { renderDeadLetter } from './deadletters/dead-letter-page.js';
import { deadLetterJson, otherMessages, renderDeadLetters } from './deadletters/dead-letter-table.js';
import { createOperator, operate, tellInterrupted } from './replay/operator.js';
import { count } from './replay/progress-text.js';
import { renderMissed } from './replay/summary.js';

export interface DeadLetterOptions {
  reason: string[];
  topic: string[];
}

export interface ListOptions extends DeadLetterOptions {
  since?: string;
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** `otelrows deadletters list`: what is in the dead-letter topic. */
export async function listDeadLetters(
  { config }: LoadedConfig,
  kafka: KafkaClients,
  options: ListOptions,
): Promise<void> {
  const operator = await createOperator(config, kafka);
  const found = await operate(
    operator,
    listDeadLetterTopic(operator, {
      filter: { reasons: options.reason, topics: options.topic, sinceMs: sinceMs(options.since) },
      all: options.all === true,
      listedMax: options.limit,
    }),
  );
  if (found === 'stopped') return;
  const lines = options.json ? found.deadLetters.map(deadLetterJson) : renderDeadLetters(found);
  for (const line of lines) process.stdout.write(`${line}\n`);
  if (options.json && found.foreign > 0) operator.screen.line(otherMessages(found.foreign));
}

export interface ShowOptions {
  raw?: boolean;
  out?: string;
}

/** `otelrows deadletters show`: one dead letter, or the bytes that it is about. */
export async function showDeadLetter(
  { config }: LoadedConfig,
  kafka: KafkaClients,
  place: string,
  options: ShowOptions,
): Promise<void> {
  const [, partition, offset] = /^(\d+):(\d+)$/.exec(place) ?? [];
  if (partition === undefined) throw new InputInvalid(`${place} is not partition:offset, as "list" shows it`);
  const operator = await createOperator(config, kafka);
  const at = { partition: Number(partition), offset: Number(offset) };
  const record = await operate(operator, findDeadLetter(operator, at));
  if (record === 'stopped') return;
  if (record === null) throw new InputInvalid(`${config.dead_letter.topic.name} has no dead letter ${place}`);
  if (!options.raw && options.out === undefined) {
    for (const line of renderDeadLetter(record)) process.stdout.write(`${line}\n`);
    return;
  }
  if (deadLetterOf(record)?.leftOut) {
    throw new Fatal(`The value was left out of the dead letter ${place}, because it was too large.`);
  }
  const value = record.value ?? Buffer.alloc(0);
  if (options.out === undefined) process.stdout.write(value);
  else writeValue(options.out, value);
}

function writeValue(file: string, value: Buffer): void {
  try {
    writeFileSync(file, value);
  } catch (error) {
    throw asFileTrouble(error, file);
  }
}

/** More of them say nothing new. */
const OTHERS_SHOWN_MAX = 5;

export interface ReplayDeadLettersOptions extends DeadLetterOptions {
  since?: string;
  yes?: boolean;
}

/** `otelrows deadletters replay`: processes what the dead letters are about once more. */
export async function replayDeadLetters(
  { config }: LoadedConfig,
  kafka: KafkaClients,
  options: ReplayDeadLettersOptions,
): Promise<void> {
  const operator = await createOperator(config, kafka);
  const { screen, events, stop } = operator;
  let all = 0;
  const others = new Set<string>();
  const result = await operate(
    operator,
    replayDeadLetterTopic(
      operator,
      {
        filter: { reasons: options.reason, topics: options.topic, sinceMs: sinceMs(options.since) },
        agreed: options.yes === true,
      },
      {
        confirm: async ({ deadLetters, doubtful }) => {
          all = deadLetters;
          screen.line(
            `${count(deadLetters)} messages of ${config.dead_letter.topic.name} at most were not replayed yet.`,
          );
          if (doubtful > 0 && options.since === undefined) {
            const warning = maybeReplayed(doubtful);
            if (options.yes) throw new InputInvalid(warning);
            screen.line(warning);
          }
          if (deadLetters === 0 || config.dry_run) return false;
          return confirm('Replay them?', options.yes === true, stop);
        },
        progressed: done => screen.progress(`${count(done)} of ${count(all)} offsets`),
        otherFound: (source, difference) => {
          const name = recordName(source);
          if (!others.has(name) && others.size < OTHERS_SHOWN_MAX) {
            screen.line(`${name} is not the record of its dead letter any more: ${difference}.`);
          }
          others.add(name);
        },
      },
    ),
  );
  screen.clearProgress();
  if (result === 'stopped' || result.end === 'declined') return;
  const { replayed, refused, passed, skipped, unreachable, replaced, foreign, end } = result;
  screen.line(
    `${count(replayed)} dead letters replayed (${count(events.counters.rows)} rows), ${count(refused)} refused again.`,
  );
  if (passed > 0) {
    screen.line(
      `${count(passed)} were older than --since, and were left where they are; "list --all" shows them.`,
    );
  }
  if (skipped > 0) screen.line(`${count(skipped)} were not meant and put back at the end of the topic.`);
  if (unreachable > 0) {
    screen.line(
      `${count(unreachable)} were put back, because their record is gone, their topic is no input any more, ` +
        'or they do not list all of their items.',
    );
  }
  if (replaced > 0) {
    screen.line(
      `${count(replaced)} were put back, because another record stands where theirs stood: their topic was recreated.`,
    );
  }
  if (foreign > 0) screen.line(`${otherMessages(foreign)} They were left where they are.`);
  for (const line of renderMissed(events.counters.missedRecords, 'dead letters')) screen.line(line);
  if (end === 'stopped') tellInterrupted(operator, 'Interrupted. Give the same command again to go on.');
}

function maybeReplayed(deadLetters: number): string {
  return (
    `${count(deadLetters)} of them are more than ${OFFSETS_KEPT_DAYS} days old, and the brokers know of no replay of them. ` +
    "Either there was none, or they have deleted the group's offsets since (offsets.retention.minutes), and what was " +
    'replayed then would be replayed again. Say from when on with --since TIME; --since 1970-01-01 means all of them.'
  );
}

function sinceMs(since: string | undefined): number | undefined {
  if (since === undefined) return undefined;
  const ms = readTime(since, '--since');
  // To replay from then on would pass over every one that there is, for good.
  if (ms > Date.now()) throw new InputInvalid(`--since ${since} lies in the future`);
  return ms;
}
