import { Command } from 'commander';
import type { Kafka } from '../kafka/ports.js';
import { checkCommand } from './commands/check.js';
import { convertCommand } from './commands/convert.js';
import { deadlettersCommand } from './commands/deadletters.js';
import { demoCommand } from './commands/demo.js';
import { diffCommand } from './commands/diff.js';
import { explainCommand } from './commands/explain.js';
import { migrateCommand } from './commands/migrate.js';
import { replayCommand } from './commands/replay.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { settingsCommand } from './commands/settings.js';
import { testCommand } from './commands/test.js';
import { verifyCommand } from './commands/verify.js';
import { EXIT_CODES } from './failure.js';
import { readVersion } from './version.js';

const ABOUT = 'Raw OTLP on Kafka in, ClickHouse rows out, exactly once.';

const EXAMPLES = `Examples:
  otelrows demo                                  see it work, with a Kafka and a ClickHouse of its own
  otelrows check --config otelrows.yaml          is everything there that a worker needs?
  otelrows run --config otelrows.yaml            run one worker
  otelrows replay --from earliest                process what was processed once more
  otelrows verify --config otelrows.yaml         is every item of the inputs a row, once?
  otelrows deadletters list                      what could not become rows
  otelrows convert --signal traces request.bin   the rows of one request, without Kafka
  otelrows explain request.json                  what each rule of the config does with its items, and why
  otelrows test                                  do the rules of the config do what they should?
  otelrows diff -c old.yaml -c new.yaml r.json   what another config would change
  otelrows schema clickhouse                     tables that read the rows in ClickHouse
  otelrows migrate glassflow otelcol.yaml        a config out of another program's`;

/**
 * Runs the command that the arguments name.
 * @param argv as `process.argv`.
 * @param kafka what commands reach Kafka by.
 */
export async function runProgram(argv: readonly string[], kafka: Kafka): Promise<void> {
  await createProgram(kafka).parseAsync(argv);
}

/** Describes every command. What a command does is loaded when it runs, so that help comes at once. */
function createProgram(kafka: Kafka): Command {
  const program = new Command('otelrows')
    .description(ABOUT)
    .version(readVersion(), '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', `\n${EXAMPLES}\n\nExit codes:\n${describeExitCodes()}`);
  for (const command of [
    demoCommand(kafka),
    checkCommand(kafka),
    runCommand(kafka),
    replayCommand(kafka),
    verifyCommand(kafka),
    deadlettersCommand(kafka),
    convertCommand(),
    explainCommand(kafka),
    diffCommand(kafka),
    testCommand(),
    schemaCommand(),
    settingsCommand(),
    migrateCommand(),
  ])
    program.addCommand(command);
  configure(program);
  return program;
}

/** The same for a command and all below it. Only main.ts ends the process and tells of failures. */
function configure(command: Command): void {
  command
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  for (const child of command.commands) configure(child);
}

function describeExitCodes(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, meaning]) => `  ${code.padEnd(3)} ${meaning}`)
    .join('\n');
}
