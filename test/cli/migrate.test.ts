import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otelrows } from '../support/otelrows.js';
import { temporaryFiles } from '../support/temporary-files.js';

const write = temporaryFiles();

const COLLECTOR = `
exporters:
  glassflow:
    dry_run: false
    brokers: [kafka:9092]
    sending_queue: { enabled: true }
    auth: { sasl: { mechanism: SCRAM-SHA-256, username: me, password: hunter2471147 } }
    producer: { compression: gzip }
    metrics: { gauge: { enabled: true, topic: { name: gauges } } }
service:
  pipelines:
    metrics: { receivers: [otlp], exporters: [glassflow] }
`;

const ROTEL = `rotel start --exporter kafka \\
  --kafka-exporter-brokers "kafka:9092" \\
  --kafka-exporter-sasl-username me --kafka-exporter-sasl-password hunter2471147 \\
  --kafka-exporter-sasl-mechanism scram-sha256 --kafka-exporter-security-protocol sasl-ssl \\
  --kafka-exporter-acks one --kafka-exporter-format json
`;

describe('otelrows migrate', () => {
  it.each([
    ['glassflow', COLLECTOR, 'sending_queue is not translated: ', 'metrics.gauge.topic.name'],
    ['rotel', ROTEL, 'kafka_exporter_acks is not translated: ', 'kafka.tls.enabled'],
  ])('%s: a config that loads, and what it lacks on standard error', (program, text, told, changed) => {
    const file = write(`${program}.txt`, text);
    const { exitCode, stdout, stderr } = otelrows(['migrate', program, file]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(told);
    expect(stderr).toContain(
      'set OTELROWS_KAFKA_AUTH_SASL_PASSWORD, or OTELROWS_KAFKA_AUTH_SASL_PASSWORD_FILE',
    );
    expect(`${stdout}${stderr}`).not.toContain('471147');

    const config = write(`${program}.yaml`, stdout);
    const env = { OTELROWS_KAFKA_AUTH_SASL_PASSWORD: 'hunter2471147' };
    const loaded = otelrows(['settings', '--changed', '--config', config], { env });
    expect(loaded).toMatchObject({ exitCode: 0, stderr: '' });
    expect(loaded.stdout).toContain(changed);
  });

  it('writes a file with --out, but over none', () => {
    const file = write('in.yaml', COLLECTOR);
    const out = join(dirname(file), 'out.yaml');
    expect(otelrows(['migrate', 'glassflow', file, '--out', out])).toMatchObject({ exitCode: 0, stdout: '' });
    const made = readFileSync(out, 'utf8');
    expect(made).toMatch(/^# Made of in\.yaml by "otelrows migrate glassflow"/);
    expect(otelrows(['migrate', 'rotel', write('r', ROTEL), '-o', out])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`error: ${out} exists already`),
    });
    expect(readFileSync(out, 'utf8')).toBe(made);
  });

  it('reads standard input', () => {
    const { stdout, stderr } = otelrows(['migrate', 'glassflow', '-'], { input: COLLECTOR });
    expect(stdout).toContain('brokers:\n    - kafka:9092');
    expect(stderr).toMatch(/^standard input:6:20: sending_queue /);
  });

  it.each([
    ['a file that is missing', ['glassflow', '/nope/o.yaml'], /^error: \/nope\/o\.yaml does not exist/],
    ['a directory', ['rotel', '/'], /^error: \/ is a directory\n$/],
    ['no YAML', ['glassflow', write('bad.yaml', 'a: b: c')], /^error: .*bad\.yaml:1:4: /],
    [
      'no exporter',
      ['glassflow', write('no.yaml', 'exporters: { otlp: {} }')],
      /no\.yaml has no exporter glassflow or kafka, only otlp\. It must be /,
    ],
    [
      'nothing of Rotel',
      ['rotel', write('no.env', 'A=b')],
      /no\.env has no setting of Rotel's Kafka exporter or receiver/,
    ],
    ['no file', ['rotel'], /^error: missing required argument 'file'\n$/],
    ['no such program', ['vector', 'x'], /^error: unknown command 'vector'\n$/],
  ])('refuses %s in one line', (_, args, line) => {
    const { exitCode, stdout, stderr } = otelrows(['migrate', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(existsSync('otelrows.yaml')).toBe(false);
  });
});
