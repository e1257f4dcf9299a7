import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listedSettings } from '../../src/config/schema.js';
import { deadLetterReasons } from '../../src/dead-letter-reasons.js';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

describe('otelrows --help', () => {
  it.each([[['--help']], [['help']], [['-h']]])('%s shows what there is', args => {
    const { exitCode, stdout, stderr } = otelrows(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: otelrows [options] [command]

      Raw OTLP on Kafka in, ClickHouse rows out, exactly once.

      Options:
        -V, --version                 show the version
        -h, --help                    show help

      Commands:
        demo [options]                see it work: telemetry through Kafka and the
                                      worker into ClickHouse
        check [options]               check the config, then brokers, topics, rights,
                                      limits and some records
        run [options]                 run one worker until SIGTERM or Ctrl-C
        replay [options]              process records of the inputs again, under a
                                      group of its own
        verify [options]              compare inputs and outputs: is every item a row,
                                      once?
        deadletters                   list, show and replay dead letters
        convert [options] [files...]  show the rows of files, without Kafka
        explain [options] [files...]  what happens to items of a file or topic, step
                                      by step
        diff [options] [files...]     what another config would change, on live
                                      records
        test [options] [files...]     test the rules of a config, without Kafka
        schema                        print tables for the rows
        settings [options] [section]  list every setting: its value, where that is
                                      from, flag and variable
        migrate                       make a config out of another program's
        help [command]                show help for a command

      Examples:
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
        otelrows migrate glassflow otelcol.yaml        a config out of another program's

      Exit codes:
        0   done; of run also: stopped by SIGTERM or Ctrl-C
        1   the command cannot go on: brokers, topics, rights, ports or disks do not allow it; or verify, demo, test, diff or schema --diff found a difference, or verify or diff nothing to compare
        2   something that was given is wrong: the command line, the config or a file
        70  a defect of otelrows
        129 interrupted before it was done: verify, explain, diff and demo by SIGHUP
        130 interrupted before it was done: verify, explain, diff and demo by Ctrl-C, replay and deadletters by Ctrl-C or SIGTERM
        137 ended before the running batch was finished: a second Ctrl-C, or it took too long
        143 interrupted before it was done: verify, explain, diff and demo by SIGTERM
      "
    `);
  });

  it('is shown on standard error when no command is given', () => {
    const { exitCode, stdout, stderr } = otelrows([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: otelrows');
  });

  it('of convert shows how to use it, and the settings that matter to it', () => {
    expect(otelrows(['help', 'convert']).stdout).toMatchInlineSnapshot(`
      "Usage: otelrows convert [options] [files...]

      Does to files what a worker does to records, without Kafka: one line of JSON for
      each message that a worker would write. All metric kinds are on unless the
      config says otherwise.

      Arguments:
        files                      each is the value of one Kafka record: an OTLP
                                   export request, in JSON also several, as the
                                   collector's file exporter writes them; - is
                                   standard input, as is no file

      Options:
        -s, --signal <signal>      what the file holds; auto: told by its content
                                   (choices: "auto", "traces", "logs", "metrics",
                                   default: "auto")
        -e, --encoding <encoding>  how it is written (choices: "otlp_proto",
                                   "otlp_json", "auto", default: "auto")
        --length-prefixed          each file holds many records, each after its length
                                   (4 bytes, little-endian)
        --header <name=value>      a Kafka header of the records of files; may be
                                   given several times (default: none)
        -o, --output <form>        messages: a line for each, with its file where
                                   there are several; json: rows, indented; table:
                                   rows, for reading (choices: "messages", "json",
                                   "table", default: "messages")
        --diff                     show what the rules of the config change instead:
                                   of each item the columns before and after, then
                                   counts
        -c, --config <file>        YAML or JSON file with settings (or
                                   OTELROWS_CONFIG, or ./otelrows.yaml)
        --row-format <value>       shape of the rows (clickhouse, glassflow; default:
                                   clickhouse)
        --time-format <value>      how times are written (exact, text, rfc3339;
                                   default: exact)
        --metric-time <value>      resolution of metric times (seconds, nanoseconds;
                                   default: seconds)
        --headers <value>          headers of row messages (none, standard; default:
                                   none)
        -h, --help                 show help

      Every setting is a flag too: "otelrows settings" lists them.
      "
    `);
  });

  it.each(['run', 'check', 'convert', 'settings'])('of %s says where all settings are listed', command => {
    const { stdout } = otelrows([command, '--help']);
    expect(stdout).toContain('"otelrows settings" lists them');
    expect(stdout).not.toContain('--producer-linger-ms');
  });
});

describe('otelrows --version', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(otelrows(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('a command line that is not understood', () => {
  it.each<[string[], string]>([
    [['conver'], "error: unknown command 'conver'\n(Did you mean convert?)\n"],
    [['run', '--confg', 'x'], "error: unknown option '--confg'\n(Did you mean --config?)\n"],
    [
      ['run', '--kafka-borkers', 'x'],
      "error: unknown option '--kafka-borkers'\n(Did you mean --kafka-brokers?)\n",
    ],
    [
      ['run', '--producer-linger', '5'],
      "error: unknown option '--producer-linger'\n(Did you mean --producer-linger-ms?)\n",
    ],
    [
      ['run', '--kafka-auth-sasl-pasword=471147'],
      "error: unknown option '--kafka-auth-sasl-pasword'\n(Did you mean --kafka-auth-sasl-password?)\n",
    ],
    [
      ['run', '--kafka.auth.sasl.password=471147'],
      "error: unknown option '--kafka.auth.sasl.password'\n(Did you mean --kafka-auth-sasl-password?)\n",
    ],
    [
      ['run', '--kafka-auth-sasl-password471147'],
      "error: unknown option '--kafka-auth-sasl-password…'\n(Did you mean --kafka-auth-sasl-password?)\n",
    ],
    [
      ['--kafka-auth-sasl-password=471147', 'run'],
      "error: unknown option '--kafka-auth-sasl-password'\n(It goes after the name of a command that takes settings, such as run.)\n",
    ],
    [['run', '--confg=471147'], "error: unknown option '--confg'\n"],
    [['run', "--x='471147'"], "error: unknown option '--x'\n"],
    [['run', '-p471147'], "error: unknown option '-p'\n"],
    [
      ['run', '-kafka-brokers', 'x'],
      "error: unknown option '-kafka-brokers'\n(Did you mean --kafka-brokers?)\n",
    ],
    [['run', 'now'], "error: too many arguments for 'run'. Expected 0 arguments but got 1.\n"],
    [
      ['convert', '--signal', 'spans', 'x'],
      "error: option '-s, --signal <signal>' argument 'spans' is invalid. Allowed choices are auto, traces, logs, metrics.\n",
    ],
    ...['list', 'replay'].map((command): [string[], string] => [
      ['deadletters', command, '--reason', 'row_too_large', 'malfromed'],
      `error: option '--reason <reason...>' argument 'malfromed' is invalid. Allowed choices are ${deadLetterReasons.join(', ')}.\n`,
    ]),
  ])('%s', (args, stderr) => {
    expect(otelrows(args)).toEqual({ exitCode: 2, stdout: '', stderr });
  });
});

const LOGIN = { OTELROWS_KAFKA_AUTH_SASL_USERNAME: 'me', OTELROWS_KAFKA_AUTH_SASL_PASSWORD: '471147' };

describe('otelrows settings', () => {
  it('lists every setting with flag and variable', () => {
    const { stdout } = otelrows(['settings']);
    for (const { path } of listedSettings) expect(stdout).toContain(`${path} = `);
    for (const { flag, env } of listedSettings) expect(stdout).toContain(`    ${flag}  ${env}\n`);
  });

  it('shows where values are from, and no secret', () => {
    const { stdout } = otelrows(['settings', 'kafka.auth', '--kafka-auth-sasl-mechanism', 'PLAIN'], {
      env: { OTELROWS_KAFKA_AUTH_SASL_USERNAME: 'me', OTELROWS_KAFKA_AUTH_SASL_PASSWORD: '471147' },
    });
    expect(stdout).toContain('kafka.auth.sasl.mechanism = "PLAIN"   (from --kafka-auth-sasl-mechanism)\n');
    expect(stdout).toContain('kafka.auth.sasl.username = "me"   (from OTELROWS_KAFKA_AUTH_SASL_USERNAME)\n');
    expect(stdout).toContain('kafka.auth.sasl.password = "********"   (from');
    expect(stdout).not.toContain('471147');
    expect(stdout).not.toContain('consumer.group_id');
  });

  it('shows what differs from the default only, with where it is from', () => {
    const { stdout } = otelrows(['settings', '--changed', '--workers', '2', '--dry-run', 'false']);
    expect(stdout).toMatch(/^workers = 2 {3}\(from --workers\)\n.*\n.*\n$/);
  });

  it('as JSON has each setting with value, default and origin', () => {
    const { stdout } = otelrows(['settings', 'kafka', '--json', '--kafka-brokers', 'a:1'], {
      env: { OTELROWS_KAFKA_AUTH_SASL_MECHANISM: 'PLAIN', ...LOGIN },
    });
    const entries: { path: string }[] = JSON.parse(stdout);
    expect(entries.map(({ path }) => path)).toEqual(
      listedSettings.map(({ path }) => path).filter(path => path.startsWith('kafka.')),
    );
    expect(entries[0]).toEqual({
      path: 'kafka.brokers',
      value: ['a:1'],
      default: ['localhost:9092'],
      from: '--kafka-brokers',
      flag: '--kafka-brokers',
      env: 'OTELROWS_KAFKA_BROKERS',
      allowed: 'a list of host:port',
    });
    expect(stdout).not.toContain('471147');
  });

  it.each([
    ['all', []],
    ['those that were changed', ['--changed']],
  ])('as YAML is a config file that makes the same config, secrets left out: %s', (_, options) => {
    const env = { OTELROWS_KAFKA_AUTH_SASL_MECHANISM: 'PLAIN', ...LOGIN };
    const flags = [
      ...['--inputs', '[{"topic":"^a: .*","signal":"logs"}]', '--producer-linger-ms', '2s'],
      ...['--kafka-client-id', '007', '--kafka-rack-id', 'yes'],
      ...['--kafka-custom-consumer', '{"debug":"cgrp","check.crcs":true}'],
    ];
    const written = otelrows(['settings', '--yaml', ...options, ...flags], { env });
    expect(written.stdout).not.toContain('471147');
    expect(written.stdout).toContain(
      '# kafka.auth.sasl.password is left out: it is or holds a secret, from OTELROWS_KAFKA_AUTH_SASL_PASSWORD\n',
    );
    const file = write('saved.yaml', written.stdout);
    const valuesOf = (args: readonly string[], given: Record<string, string>) =>
      JSON.parse(otelrows(['settings', '--json', ...args], { env: given }).stdout).map(
        ({ path, value }: { path: string; value: unknown }) => [path, value],
      );
    const { OTELROWS_KAFKA_AUTH_SASL_PASSWORD } = LOGIN;
    expect(valuesOf(['--config', file], { OTELROWS_KAFKA_AUTH_SASL_PASSWORD })).toEqual(valuesOf(flags, env));
  });

  it('as YAML is empty when nothing was changed', () => {
    expect(otelrows(['settings', '--yaml', '--changed'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('names the section that was meant', () => {
    expect(otelrows(['settings', 'kafka.tsl'])).toMatchObject({
      exitCode: 2,
      stderr: 'error: there is no setting kafka.tsl. Did you mean kafka.tls?\n',
    });
  });
});
